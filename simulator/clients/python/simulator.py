"""The simulator's address, and its controls."""

import json
import os
import urllib.parse
import urllib.request

URL = os.environ["SIMULATOR_URL"]
CLIENT_ID = "00001111-aaaa-2222-bbbb-3333cccc4444"
SECRET = "simulated-secret"
GRAPH = "https://graph.microsoft.com/.default"


def control(method, path, body=None):
    """Calls a control; an answer that is not 2xx is an error."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_sim/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def tenant(domain, mailboxes):
    """Creates an organisation with this number of mailboxes, which has approved the application."""
    made = control("POST", "tenants", {"domain": domain, "mailboxes": mailboxes})
    control("POST", f"tenants/{domain}/consent", {"granted": True})
    return made


def requests(domain, path):
    """The requests for a tenant in the simulator's log, oldest first."""
    query = urllib.parse.urlencode({"tenant": domain, "path": path})
    return control("GET", f"requests?{query}")["requests"]
