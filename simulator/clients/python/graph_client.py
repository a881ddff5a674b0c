"""Graph's SDK with azure-identity, both configured for the simulator."""

from azure.identity.aio import CertificateCredential, ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient

from simulator import CLIENT_ID, GRAPH, SECRET, URL


def secret(tid):
    return ClientSecretCredential(tid, CLIENT_ID, SECRET, authority=URL, disable_instance_discovery=True)


def certificate(tid, pem):
    return CertificateCredential(
        tid, CLIENT_ID, certificate_data=pem.encode(), authority=URL, disable_instance_discovery=True
    )


def graph(credential):
    provider = AzureIdentityAuthenticationProvider(credential, scopes=[GRAPH], allowed_hosts=["localhost"])
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{URL}/v1.0"
    return GraphServiceClient(request_adapter=adapter)
