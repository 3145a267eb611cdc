"""Calls what the guide's own program leaves out of its client."""
import os
import sys

from client import OminisCampaignClient

base = os.environ["TEST_BASE"]
client = OminisCampaignClient(base, "demo-key")
made = client.create_campaign("Calls", "sofia/gateway/trunk/+15551234567", max_concurrent=3)
print(made["success"], made["message"])
name = made["campaign_id"]
added = client.add_contacts(name, ["+15550000001", "+15550000002", "+15550000003"])
print(added["contacts_added"], added["total_contacts"])
print(client.get_status(name)["status"])
print(client.pause_campaign(name)["status"])
print(client.resume_campaign(name)["status"])
client.wait_for_completion(name, check_interval=20)
print(client.stop_campaign(name)["status"])


def refused(call, *args):
    """Prints the status code of a refusal."""
    try:
        call(*args)
    except IOError as error:
        print(str(error)[:3])
    else:
        sys.exit("it was not refused")


refused(client.pause_campaign, name)
refused(client.get_status, "invalid-id")
refused(OminisCampaignClient(base, "wrong").get_status, name)
