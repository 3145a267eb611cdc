import requests
import time
from typing import List, Dict

class OminisCampaignClient:
    """Client for Ominis Cluster Manager campaign operations"""

    def __init__(self, base_url: str, api_key: str):
        self.base_url = base_url
        self.headers = {
            "X-API-Key": api_key,
            "Content-Type": "application/json"
        }

    def create_campaign(self, name: str, caller_id: str, max_concurrent: int = 10) -> Dict:
        """Create a new campaign"""
        response = requests.post(
            f"{self.base_url}/v1/telephony/campaigns",
            headers=self.headers,
            json={
                "campaign_name": name,
                "caller_id": caller_id,
                "max_concurrent": max_concurrent,
                "retry_attempts": 3,
                "retry_delay": 300
            }
        )
        response.raise_for_status()
        return response.json()

    def add_contacts(self, campaign_id: str, contacts: List[str]) -> Dict:
        """Add contacts to campaign"""
        response = requests.post(
            f"{self.base_url}/v1/telephony/campaigns/{campaign_id}/contacts",
            headers=self.headers,
            json=contacts
        )
        response.raise_for_status()
        return response.json()

    def get_status(self, campaign_id: str) -> Dict:
        """Get campaign status"""
        response = requests.get(
            f"{self.base_url}/v1/telephony/campaigns/{campaign_id}/status",
            headers=self.headers
        )
        response.raise_for_status()
        return response.json()

    def pause_campaign(self, campaign_id: str) -> Dict:
        """Pause campaign"""
        response = requests.post(
            f"{self.base_url}/v1/telephony/campaigns/{campaign_id}/pause",
            headers=self.headers
        )
        response.raise_for_status()
        return response.json()

    def resume_campaign(self, campaign_id: str) -> Dict:
        """Resume campaign"""
        response = requests.post(
            f"{self.base_url}/v1/telephony/campaigns/{campaign_id}/resume",
            headers=self.headers
        )
        response.raise_for_status()
        return response.json()

    def stop_campaign(self, campaign_id: str) -> Dict:
        """Stop and delete campaign"""
        response = requests.delete(
            f"{self.base_url}/v1/telephony/campaigns/{campaign_id}",
            headers=self.headers
        )
        response.raise_for_status()
        return response.json()

    def wait_for_completion(self, campaign_id: str, check_interval: int = 5):
        """Wait for campaign to complete"""
        while True:
            status = self.get_status(campaign_id)
            remaining = status['remaining_contacts']
            active = status['active_calls']
            print(f"Remaining: {remaining}, Active: {active}")
            if remaining == 0 and active == 0:
                print("Campaign completed!")
                break
            time.sleep(check_interval)

# Usage example
if __name__ == "__main__":
    client = OminisCampaignClient(
        base_url="https://demo-client-api.app.ominis.ai",
        api_key="your-api-key"
    )
    # Create campaign
    campaign = client.create_campaign(
        name="Python Test Campaign",
        caller_id="sofia/gateway/trunk/+15551234567",
        max_concurrent=10
    )
    campaign_id = campaign['campaign_id']
    print(f"Created campaign: {campaign_id}")
    # Add contacts
    contacts = [f"+1555{i:07d}" for i in range(1, 101)] # 100 contacts
    result = client.add_contacts(campaign_id, contacts)
    print(f"Added {result['contacts_added']} contacts")
    # Monitor for 60 seconds
    for i in range(12):
        status = client.get_status(campaign_id)
        print(f"Status: {status['active_calls']} active, {status['remaining_contacts']} remaining")
        time.sleep(5)
    # Stop campaign
    client.stop_campaign(campaign_id)
    print("Campaign stopped")
