"""Reads contoso.com's whole directory with Microsoft's SDK, as a first delta round, and prints time, CPU and memory."""

import asyncio
import json
import resource
import time

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder

from graph_client import graph, secret
from simulator import control

SELECT = (
    "id,displayName,mail,userPrincipalName,accountEnabled,userType,assignedPlans,proxyAddresses,department,"
    "jobTitle,onPremisesSyncEnabled"
).split(",")


async def main():
    tid = control("GET", "tenants/contoso.com")["tid"]
    async with secret(tid) as credential:
        client = graph(credential)
        await client.organization.get()  # gets the token outside of the measurement
        start, before = time.perf_counter(), time.process_time()
        query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=SELECT)
        page = await client.users.delta.get(request_configuration=RequestConfiguration(query_parameters=query))
        seen = set()
        while True:
            seen.update(user.id for user in page.value)
            if not page.odata_next_link:
                break
            page = await client.users.delta.with_url(page.odata_next_link).get()
        seconds, cpu = time.perf_counter() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"users": len(seen), "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak}))


asyncio.run(main())
