# Create high-capacity campaign
CAMPAIGN_RESPONSE=$(curl -s -X POST https://demo-client-api.app.ominis.ai/v1/telephony/campaigns \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  -d '{
    "campaign_name": "Medical Appointment Reminders - October",
    "caller_id": "sofia/gateway/trunk/+18005551234",
    "max_concurrent": 50,
    "retry_attempts": 1,
    "retry_delay": 3600,
    "timeout": 20
  }')
CAMPAIGN_ID=$(echo $CAMPAIGN_RESPONSE | jq -r '.campaign_id')
# Upload large contact list from file
curl -X POST "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/contacts" \
  -H "X-API-Key: demo-key" \
  -H "Content-Type: application/json" \
  --data @appointment_contacts.json
# appointment_contacts.json contains:
# ["+15551111111", "+15552222222", ... (5000 contacts)]
# Monitor with detailed stats
while true; do
  STATUS=$(curl -s "https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/$CAMPAIGN_ID/status" \
    -H "X-API-Key: demo-key")
  REMAINING=$(echo $STATUS | jq -r '.remaining_contacts')
  ACTIVE=$(echo $STATUS | jq -r '.active_calls')
  ORIGINATED=$(echo $STATUS | jq -r '.calls_originated')
  FAILED=$(echo $STATUS | jq -r '.calls_failed')
  echo "$(date) - Remaining: $REMAINING | Active: $ACTIVE | Originated: $ORIGINATED | Failed: $FAILED"
  # Exit when campaign completes
  if [ "$REMAINING" -eq 0 ] && [ "$ACTIVE" -eq 0 ]; then
    echo "Campaign completed!"
    break
  fi
  sleep 10
done
