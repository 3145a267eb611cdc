curl -X GET https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/invalid-id/status \
  -H "X-API-Key: demo-key"
