curl https://demo-client-api.app.ominis.ai/v1/telephony/campaigns \
  -H "X-API-Key: your-api-key"
