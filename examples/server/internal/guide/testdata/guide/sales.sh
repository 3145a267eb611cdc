# Step 1: Create campaign
CAMPAIGN_RESPONSE=$(curl -s -X POST https://demo-client-api.app.ominis.ai/v1/telephony/campaigns \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  -d '{
    "campaign_name": "Afternoon Sales Blitz",
    "caller_id": "sofia/gateway/trunk/+15551234567",
    "max_concurrent": 5,
    "retry_attempts": 2,
    "retry_delay": 600
  }')
CAMPAIGN_ID=$(echo $CAMPAIGN_RESPONSE | jq -r '.campaign_id')
echo "Campaign ID: $CAMPAIGN_ID"
# Step 2: Upload contact list
curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/contacts" \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  -d '[
    "+15551111111",
    "+15552222222",
    "+15553333333",
    "+15554444444",
    "+15555555555"
  ]'
# Step 3: Monitor campaign progress
watch -n 5 "curl -s https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/status \
  -H 'X-API-Key: demo-key' | jq '.'"
# Step 4: Pause campaign if needed
curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/pause" \
  -H "X-API-Key: demo-key"
# Step 5: Resume when ready
curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/resume" \
  -H "X-API-Key: demo-key"
# Step 6: Stop campaign when done
curl -X DELETE "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID" \
  -H "X-API-Key: demo-key"
