# Create survey campaign
CAMPAIGN_RESPONSE=$(curl -s -X POST https://demo-client-api.app.ominis.ai/v1/telephony/campaigns \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  -d '{
    "campaign_name": "Customer Satisfaction Survey Q4",
    "caller_id": "sofia/gateway/trunk/+18005559999",
    "max_concurrent": 15,
    "retry_attempts": 3,
    "retry_delay": 1800
  }')
CAMPAIGN_ID=$(echo $CAMPAIGN_RESPONSE | jq -r '.campaign_id')
# Upload contacts
curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/contacts" \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  -d '["list", "of", "contacts"]'
# Intelligent pause/resume based on time
while true; do
  HOUR=$(date +%H)
  if [ $HOUR -ge 9 ] && [ $HOUR -lt 21 ]; then
    # Business hours: Run campaign
    STATUS=$(curl -s "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/status" \
      -H "X-API-Key: demo-key" | jq -r '.status')
    if [ "$STATUS" == "paused" ]; then
      echo "Resuming campaign for business hours..."
      curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/resume" \
        -H "X-API-Key: demo-key"
    fi
  else
    # Outside business hours: Pause campaign
    STATUS=$(curl -s "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/status" \
      -H "X-API-Key: demo-key" | jq -r '.status')
    if [ "$STATUS" == "active" ]; then
      echo "Pausing campaign outside business hours..."
      curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/pause" \
        -H "X-API-Key: demo-key"
    fi
  fi
  sleep 300 # Check every 5 minutes
done
