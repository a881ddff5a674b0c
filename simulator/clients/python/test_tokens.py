"""MSAL for Python: secrets, certificates in all three forms, and its errors when they are refused."""

import base64
import json
import unittest

import msal
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from simulator import CLIENT_ID, GRAPH, SECRET, URL, control, requests, tenant

DOMAIN = "python-tokens.example"


def request_token(credential, domain=DOMAIN):
    """MSAL's answer: a token, or the error that Microsoft's service sent."""
    application = msal.ConfidentialClientApplication(
        CLIENT_ID,
        authority=f"{URL}/{domain}",
        client_credential=credential,
        # As for a private cloud: Microsoft's public cloud does not know this host.
        instance_discovery=False,
        validate_authority=False,
    )
    return application.acquire_token_for_client([GRAPH])


def claims(answer):
    payload = answer["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


def thumbprint(pem, algorithm):
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(algorithm).hex()


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tenant = tenant(DOMAIN, 4)
        made = control("POST", "application/certificates", {"make": "msal-python"})["made"]
        cls.certificate, cls.key = made["certificate"], made["private_key"]

    def test_a_secret_gives_a_token(self):
        answer = request_token(SECRET)
        self.assertEqual(claims(answer)["tid"], self.tenant["tid"])
        self.assertEqual(claims(answer)["appidacr"], "1")
        self.assertEqual(answer["token_type"], "Bearer")

    def test_the_second_token_comes_from_the_cache(self):
        application = msal.ConfidentialClientApplication(
            CLIENT_ID,
            authority=f"{URL}/{DOMAIN}",
            client_credential=SECRET,
            instance_discovery=False,
            validate_authority=False,
        )
        application.acquire_token_for_client([GRAPH])
        seen = len(requests(DOMAIN, "/token"))
        self.assertEqual(application.acquire_token_for_client([GRAPH])["token_source"], "cache")
        self.assertEqual(len(requests(DOMAIN, "/token")), seen)

    def test_a_certificate_by_its_sha_1_thumbprint(self):
        # RS256 and `x5t`, padded.
        sha1 = thumbprint(self.certificate, hashes.SHA1())
        self.assertEqual(claims(request_token({"private_key": self.key, "thumbprint": sha1}))["appidacr"], "2")

    def test_a_certificate_by_its_whole_text(self):
        # PS256, `x5t#S256` and `x5c`, dates as fractions.
        credential = {"private_key": self.key, "public_certificate": self.certificate}
        self.assertEqual(claims(request_token(credential))["appidacr"], "2")

    def test_a_certificate_by_both(self):
        sha1 = thumbprint(self.certificate, hashes.SHA1())
        credential = {"private_key": self.key, "public_certificate": self.certificate, "thumbprint": sha1}
        self.assertEqual(claims(request_token(credential))["appidacr"], "2")

    def test_a_wrong_secret_is_an_error_with_its_number(self):
        answer = request_token("wrong")
        self.assertEqual(answer["error"], "invalid_client")
        self.assertEqual(answer["error_codes"], [7000215])
        self.assertTrue(answer["error_description"].startswith("AADSTS7000215: Invalid client secret"))
        self.assertIn("correlation_id", answer)

    def test_a_certificate_that_is_not_registered_is_an_error_with_its_number(self):
        made = control("POST", "application/certificates", {"make": "stranger"})["made"]
        sha1 = thumbprint(made["certificate"], hashes.SHA1())
        control("DELETE", f"application/certificates?thumbprint={sha1}")
        answer = request_token({"private_key": made["private_key"], "thumbprint": sha1})
        self.assertEqual(answer["error_codes"], [700027])

    def test_an_organisation_that_has_not_approved_is_an_error_with_its_number(self):
        control("POST", "tenants", {"domain": "python-stranger.example", "mailboxes": 1})
        self.assertEqual(request_token(SECRET, "python-stranger.example")["error_codes"], [7000229])
