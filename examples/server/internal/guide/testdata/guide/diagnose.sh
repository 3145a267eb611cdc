curl https://demo-client-api.app.ominis.ai/v1/telephony/campaigns/CAMPAIGN_ID/status \
  -H "X-API-Key: demo-key" | jq '.'
