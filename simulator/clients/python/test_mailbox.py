"""Graph's SDK for Python: one mailbox, batches, and throttling."""

import unittest

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core.requests.batch_request_content import BatchRequestContent

from graph_client import graph, secret
from simulator import control, requests, tenant

DOMAIN = "python-mailbox.example"
ADELE = f"adele.vance@{DOMAIN}"


class Mailbox(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tenant = tenant(DOMAIN, 30)

    async def asyncSetUp(self):
        credential = secret(self.tenant["tid"])
        self.client = graph(credential)
        self.addAsyncCleanup(credential.close)

    def inbox(self, user=ADELE):
        return self.client.users.by_user_id(user).mail_folders.by_mail_folder_id("inbox")

    async def test_an_inbox_can_be_read(self):
        inbox = await self.inbox().get()
        self.assertEqual(inbox.display_name, "Inbox")
        self.assertIsInstance(inbox.total_item_count, int)

    async def test_the_settings_contain_the_kind_of_mailbox(self):
        settings = await self.client.users.by_user_id(ADELE).mailbox_settings.get()
        self.assertEqual(settings.user_purpose.value, "user")

    async def test_a_batch_answers_twenty_requests_each_by_its_id(self):
        users = control("GET", f"tenants/{DOMAIN}/truth?limit=20&has_mailbox=true")["users"]
        batch = BatchRequestContent()
        for user in users:
            request = RequestInformation()
            request.http_method = Method.GET
            # Relative, as in the SDK's own samples.
            request.url = f"/users/{user['id']}/mailFolders/inbox"
            batch.add_request_information(request)
        self.assertEqual(len(batch.requests), 20)
        answers = await self.client.batch.post(batch)
        statuses = {id: answer.status for id, answer in answers.responses.items()}
        self.assertEqual(statuses, {id: 200 for id in batch.requests})

    async def test_the_sdk_waits_out_a_429_by_itself(self):
        await self.inbox().get()
        seen = len(requests(DOMAIN, "inbox"))
        control("POST", f"tenants/{DOMAIN}/throttle", {"seconds": 1, "retry_after": 1, "for": "mailboxes"})
        self.assertEqual((await self.inbox().get()).display_name, "Inbox")
        statuses = [one["status"] for one in requests(DOMAIN, "inbox")[seen:]]
        self.assertEqual((statuses[0], statuses[-1]), (429, 200))

    async def test_a_mailbox_that_a_policy_closes_is_an_error_with_its_code(self):
        control("POST", f"tenants/{DOMAIN}/mailboxes/{ADELE}/break", {"code": "ErrorAccessDenied:RAOP"})
        self.addCleanup(control, "POST", f"tenants/{DOMAIN}/mailboxes/{ADELE}/mend")
        with self.assertRaises(ODataError) as caught:
            await self.inbox().get()
        self.assertEqual(caught.exception.response_status_code, 403)
        self.assertEqual(caught.exception.error.code, "ErrorAccessDenied")
