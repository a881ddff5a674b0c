"""Graph's SDK for Python: the directory."""

import unittest

from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from graph_client import certificate, graph, secret
from simulator import control, tenant

DOMAIN = "python-directory.example"


async def everything(page, builder):
    """All entries from a page to the last one, and the last page."""
    found = list(page.value)
    while page.odata_next_link:
        page = await builder.with_url(page.odata_next_link).get()
        found.extend(page.value)
    return found, page


class Directory(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tenant = tenant(DOMAIN, 1200)

    async def asyncSetUp(self):
        self.credential = secret(self.tenant["tid"])
        self.client = graph(self.credential)
        self.addAsyncCleanup(self.credential.close)

    def truth(self):
        return control("GET", f"tenants/{DOMAIN}/truth?limit=1")

    async def test_the_organisation(self):
        organisations = (await self.client.organization.get()).value
        self.assertEqual([one.id for one in organisations], [self.tenant["tid"]])
        self.assertIn(DOMAIN, [domain.name for domain in organisations[0].verified_domains])

    async def test_a_certificate_opens_the_directory_as_well(self):
        made = control("POST", "application/certificates", {"make": "azure-identity"})["made"]
        credential = certificate(self.tenant["tid"], made["private_key"] + made["certificate"])
        self.addAsyncCleanup(credential.close)
        self.assertEqual(len((await graph(credential).organization.get()).value), 1)

    async def test_paging_finds_every_user_once(self):
        options = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            select=["id", "mail", "assignedPlans", "createdDateTime"], top=500
        )
        configuration = UsersRequestBuilder.UsersRequestBuilderGetRequestConfiguration(query_parameters=options)
        page = await self.client.users.get(request_configuration=configuration)
        found, _ = await everything(page, self.client.users)
        self.assertEqual(self.truth()["mailboxes_total"], 1200)
        self.assertEqual(len({user.id for user in found}), self.truth()["users_total"])
        self.assertEqual(len(found), self.truth()["users_total"])

    async def test_a_delta_round_and_the_changes_since(self):
        options = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=["id", "department"])
        configuration = DeltaRequestBuilder.DeltaRequestBuilderGetRequestConfiguration(query_parameters=options)
        page = await self.client.users.delta.get(request_configuration=configuration)
        first, last = await everything(page, self.client.users.delta)
        self.assertEqual(len(first), self.truth()["users_total"])
        control("POST", f"tenants/{DOMAIN}/users/adele.vance@{DOMAIN}", {"department": "Legal"})
        page = await self.client.users.delta.with_url(last.odata_delta_link).get()
        second, _ = await everything(page, self.client.users.delta)
        self.assertEqual([user.department for user in second], ["Legal"])

    async def test_an_error_has_its_code_and_the_id_of_the_request(self):
        with self.assertRaises(ODataError) as caught:
            await self.client.users.by_user_id(f"nobody@{DOMAIN}").get()
        self.assertEqual(caught.exception.response_status_code, 404)
        self.assertEqual(caught.exception.error.code, "Request_ResourceNotFound")
        self.assertRegex(caught.exception.error.inner_error.request_id, "^[0-9a-f-]{36}$")
