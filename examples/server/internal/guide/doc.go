// Package guide serves the REST surface of the Ominis campaign guide, so that
// what was written for it, its own curl lines, shell loops and Python client
// among it, runs on outdial:
//
//	POST   /v1/telephony/campaigns                 create
//	GET    /v1/telephony/campaigns                 list
//	POST   /v1/telephony/campaigns/{id}/contacts   add contacts
//	GET    /v1/telephony/campaigns/{id}/status
//	POST   /v1/telephony/campaigns/{id}/pause
//	POST   /v1/telephony/campaigns/{id}/resume
//	DELETE /v1/telephony/campaigns/{id}            stop, and take off the list
//
// # Where the guide leaves room
//
// Nobody calls "start": a campaign begins with its first contacts. Until then it
// reads "created", cannot be paused or resumed (409), and dials nobody. Should
// the store fail between a batch and the start, the answer says so, and any
// further batch, an empty one too, starts the campaign.
//
// The guide prints no status codes of success. They are 200 throughout, which is
// what its framework answers unless told otherwise.
//
// Fields of a request that the guide does not have are ignored, as its framework
// does. Fields that it has are read strictly: a number in quotes is no number,
// and null is no way to leave a field out. 20.0 is the integer 20, as JSON knows
// one kind of number.
//
// Figures are those of the present run. calls_originated counts dials that the
// switch took, whatever became of them; calls_failed those that it refused. A
// contact that waits for a retry is among remaining_contacts, so that nothing
// remaining and nothing active means done.
//
// # Where it differs on purpose
//
// DELETE loses nothing: status keeps answering, with the figures. It answers 200
// in every status and says in which the campaign is: what has completed or
// failed by itself stays so, and one that was never started is discarded and reads
// "stopped" too, without a call. The list leaves out what was deleted, whatever
// its status, and what an operator has stopped, as the guide's does. A restart,
// which the guide does not have, brings a campaign back to it.
//
// Contacts may name the gateways in [Options.Gateways] and no others, caller_id
// those of the dialler's [outdial.Config]; who could name any could dial anywhere.
//
// # Errors
//
// Every error carries {"code", "message"}, and VALIDATION_ERROR the guide's
// "detail" besides: all that is wrong with the form of a request at once, or else
// all that the library and the switch find wrong with what it says:
//
//	400 VALIDATION_ERROR
//	404 CAMPAIGN_NOT_FOUND         404 NOT_FOUND (no such path)
//	405 METHOD_NOT_ALLOWED         409 CAMPAIGN_STATE_CONFLICT
//	413 TOO_LARGE                  415 UNSUPPORTED_MEDIA_TYPE
//	500 CAMPAIGN_CREATE_ERROR      500 INTERNAL_ERROR
//	503 UNAVAILABLE (the store cannot be reached)
//
// Who may ask at all is decided in front of it, and refused there with 401
// UNAUTHORIZED.
package guide
