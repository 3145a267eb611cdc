curl -X POST https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/a1b2c3d4-e5f6-7890-abcd-ef1234567890/pause \
  -H "X-API-Key: your-api-key"
