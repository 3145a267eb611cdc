curl -X POST https://demo-client-api.app.ominis.ai/v1/telephony/campaigns \
  -H "X-API-Key: your-api-key" \
  -H "Content-Type: application/json" \
  -d '{
    "campaign_name": "Q1 Sales Outreach 2025",
    "caller_id": "sofia/gateway/trunk/+15551234567",
    "dialplan": "XML",
    "context": "default",
    "timeout": 30,
    "max_concurrent": 20,
    "retry_attempts": 3,
    "retry_delay": 300
  }'
