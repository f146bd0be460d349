"""Reads a page of flights with a client that is generated from the API's description:

    openapi-python-client generate --url https://<gateway>/openapi.json --meta none --output-path gaflight
"""

import os

from gaflight import AuthenticatedClient
from gaflight.api.flights import get_flight, list_flights
from gaflight.models import FlightAnswer, FlightPage, ListFlightsStatus, Problem

client = AuthenticatedClient(
    base_url=os.environ["GATEWAY_URL"],
    token=os.environ["API_KEY"],
    headers={"X-Org-Id": os.environ["ORG_ID"]},
)

page = list_flights.sync(client=client, limit=5, status=ListFlightsStatus.APPROVED)
if isinstance(page, Problem):
    raise SystemExit(f"{page.title}: {page.detail} ({page.request_id})")

# Without `fields` and `updated_since` a page holds whole flights.
assert isinstance(page, FlightPage), type(page)
for flight in page.data:
    print(flight.off_block_at, flight.registration, flight.departure.ident, flight.arrival.ident, flight.block_minutes)
print(f"{len(page.data)} flights")

one = get_flight.sync(id=page.data[0].id, client=client)
assert isinstance(one, FlightAnswer), type(one)
assert one.data == page.data[0]

refused = list_flights.sync(client=client, cursor="not one")
print(f"refused: {refused.errors[0].code}")
