// The shapes of docs/protocol.md as JSON Schema. Answers may gain members; bodies may not.
#include "openapi/document.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view schemas = R"json({
"Nothing":{"type":"object","maxProperties":0},
"Object":{"type":"object"},
"Text":{"type":"string"},
"Time":{"type":"string","format":"date-time"},
"Id":{"type":"string","minLength":1},
"Scopes":{"type":"array","items":{"type":"string"}},
"ScopesOrAll":{"type":["array","null"],"items":{"type":"string"}},
"NullableText":{"type":["string","null"]},
"Count":{"type":"integer","minimum":0},
"Problem":{"type":"object","required":["type","title","status","error","message"],"properties":{
 "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer","minimum":400,"maximum":599},
 "error":{"$ref":"#/components/schemas/ErrorCode"},"message":{"type":"string"},"field":{"type":"string"},
 "reason":{"$ref":"#/components/schemas/ErrorReason"},"received":true,"constraints":{"type":"object"}}},
"SessionRequest":{"type":"object","required":["targetUserId","reason"],"oneOf":[{"required":["tenantId"]},{"required":["lawFirmId"]}],"unevaluatedProperties":false,"properties":{
 "tenantId":{"$ref":"#/components/schemas/Id"},"lawFirmId":{"$ref":"#/components/schemas/Id"},"targetUserId":{"$ref":"#/components/schemas/Id"},
 "reason":{"type":"string","minLength":5,"maxLength":500},"ttlMinutes":{"type":["integer","null"]},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"},
 "ticketId":{"$ref":"#/components/schemas/NullableText"},"readOnly":{"type":["boolean","null"]}}},
"SupportSessionRequest":{"type":"object","required":["targetUserId","reason"],"oneOf":[{"required":["tenantId"]},{"required":["lawFirmId"]}],"unevaluatedProperties":false,"properties":{
 "tenantId":{"$ref":"#/components/schemas/Id"},"lawFirmId":{"$ref":"#/components/schemas/Id"},"targetUserId":{"$ref":"#/components/schemas/Id"},
 "reason":{"type":"string","minLength":5,"maxLength":500},"durationMinutes":{"type":["integer","null"]},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"},
 "ticketId":{"$ref":"#/components/schemas/NullableText"},"readOnly":{"type":["boolean","null"]}}},
"Session":{"type":"object","required":["id","targetUserId","actorAdminUserId","reason","status","startedAt","expiresAt","ttlMinutes","limitedBy","scopesNarrowed","scopes"],"properties":{
 "id":{"$ref":"#/components/schemas/Id"},"tenantId":{"$ref":"#/components/schemas/Id"},"lawFirmId":{"$ref":"#/components/schemas/Id"},"tenantName":{"type":"string"},
 "targetUserId":{"$ref":"#/components/schemas/Id"},"targetUserName":{"type":"string"},"targetUserEmail":{"type":"string"},
 "actorAdminUserId":{"$ref":"#/components/schemas/Id"},"actorName":{"$ref":"#/components/schemas/NullableText"},
 "ticketId":{"$ref":"#/components/schemas/NullableText"},"grantId":{"$ref":"#/components/schemas/NullableText"},"reason":{"type":"string"},
 "status":{"$ref":"#/components/schemas/SessionStatus"},"startedAt":{"$ref":"#/components/schemas/Time"},"expiresAt":{"$ref":"#/components/schemas/Time"},
 "endedAt":{"$ref":"#/components/schemas/Time"},"endReason":{"type":"string"},"ttlMinutes":{"type":"integer"},"limitedBy":{"$ref":"#/components/schemas/LimitedBy"},
 "scopesNarrowed":{"type":"boolean"},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"}}},
"StartedSession":{"type":"object","required":["session","delegatedToken","uiSwitchUrl"],"properties":{
 "session":{"$ref":"#/components/schemas/Session"},"delegatedToken":{"type":"string"},"uiSwitchUrl":{"type":"string","format":"uri"}}},
"HandedOver":{"type":"object","required":["token","session"],"properties":{"token":{"type":"string"},"session":{"$ref":"#/components/schemas/Session"}}},
"Code":{"type":"object","required":["code"],"additionalProperties":false,"properties":{"code":{"type":"string","minLength":1,"maxLength":128}}},
"EndReason":{"type":"object","additionalProperties":false,"properties":{"reason":{"type":["string","null"]}}},
"TokenText":{"type":"object","required":["token"],"additionalProperties":false,"properties":{"token":{"type":"string"}}},
"TokenForm":{"type":"object","required":["token"],"properties":{"token":{"type":"string"},"token_type_hint":{"type":"string"}}},
"TokenVerdict":{"type":"object","required":["is_valid"],"properties":{
 "is_valid":{"type":"boolean"},"error":{"$ref":"#/components/schemas/ErrorCode"},"session_id":{"type":"string"},"target_user_id":{"type":"string"},
 "actor_user_id":{"type":"string"},"tenant_id":{"type":"string"},"scopes":{"$ref":"#/components/schemas/Scopes"},"expires_at":{"$ref":"#/components/schemas/Time"}}},
"Introspection":{"type":"object","required":["active"],"properties":{
 "active":{"type":"boolean"},"scope":{"type":"string"},"token_type":{"type":"string"},"iss":{"type":"string"},"aud":{"type":"string"},"sub":{"type":"string"},
 "jti":{"type":"string"},"sid":{"type":"string"},"act_as":{"type":"boolean"},"iat":{"type":"integer"},"exp":{"type":"integer"},"act":{"type":"object"},
 "ctx":{"type":"object"},"grant_id":{"type":"string"}}},
"ReportedActions":{"type":"object","required":["events"],"additionalProperties":false,"properties":{"events":{"type":"array","maxItems":500,"items":{
 "type":"object","anyOf":[{"required":["method","resourceType"]},{"required":["event"]}],"additionalProperties":false,"properties":{
 "id":{"$ref":"#/components/schemas/NullableText"},"event":{"type":["string","null"],"maxLength":64,"pattern":"^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$",
 "description":"An event of the host's own; without it the method says whether it was a read or a write."},
 "at":{"type":["string","null"]},"method":{"$ref":"#/components/schemas/NullableText"},"resourceType":{"$ref":"#/components/schemas/NullableText"},
 "resourceId":{"$ref":"#/components/schemas/NullableText"},"path":{"$ref":"#/components/schemas/NullableText"},"status":{"type":["integer","null"]},
 "durationMs":{"type":["integer","null"]},"outcome":{"enum":["success","failure",null]},
 "details":{"type":["object","null"],"description":"Kept with the entry, under metadata.details; at most 4096 bytes of JSON."}}}}}},
"Accepted":{"type":"object","required":["accepted"],"properties":{"accepted":{"$ref":"#/components/schemas/Count"}}},
"AccessRequest":{"type":"object","required":["targetUserId","ticketId","reason"],"oneOf":[{"required":["tenantId"]},{"required":["lawFirmId"]}],"unevaluatedProperties":false,"properties":{
 "tenantId":{"$ref":"#/components/schemas/Id"},"lawFirmId":{"$ref":"#/components/schemas/Id"},"targetUserId":{"$ref":"#/components/schemas/Id"},
 "ticketId":{"$ref":"#/components/schemas/Id"},"reason":{"type":"string","minLength":5,"maxLength":500},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"}}},
"Shown":{"type":["object","null"],"description":"What the user read, word for word: it is put into their receipt.","required":["text","locale"],"additionalProperties":false,
 "properties":{"text":{"type":"string","minLength":1,"maxLength":4000},"locale":{"type":"string","pattern":"^[A-Za-z0-9-]{2,35}$"}}},
"Ending":{"type":"object","additionalProperties":false,"properties":{"shown":{"$ref":"#/components/schemas/Shown"}}},
"Receipt":{"type":"object","required":["id","grantId","event","at","keyId"],"properties":{"id":{"$ref":"#/components/schemas/Id"},
 "grantId":{"$ref":"#/components/schemas/Id"},"event":{"enum":["access_granted","access_amended","access_revoked"]},"at":{"$ref":"#/components/schemas/Time"},
 "keyId":{"$ref":"#/components/schemas/Id"}}},
"Consent":{"type":"object","additionalProperties":false,"properties":{"timeZone":{"$ref":"#/components/schemas/NullableText"},
 "preset":{"anyOf":[{"$ref":"#/components/schemas/ExpiryPreset"},{"type":"null"}]},"date":{"type":["string","null"],"format":"date"},
 "until":{"type":["string","null"]},"expectedUntil":{"type":["string","null"]},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"},"shown":{"$ref":"#/components/schemas/Shown"}}},
"StandingConsent":{"type":"object","oneOf":[{"required":["tenantId"]},{"required":["lawFirmId"]}],"unevaluatedProperties":false,"properties":{
 "tenantId":{"$ref":"#/components/schemas/Id"},"lawFirmId":{"$ref":"#/components/schemas/Id"},"timeZone":{"$ref":"#/components/schemas/NullableText"},
 "preset":{"anyOf":[{"$ref":"#/components/schemas/ExpiryPreset"},{"type":"null"}]},"date":{"type":["string","null"],"format":"date"},
 "until":{"type":["string","null"]},"expectedUntil":{"type":["string","null"]},"scopes":{"$ref":"#/components/schemas/ScopesOrAll"},"shown":{"$ref":"#/components/schemas/Shown"}}},
"Grant":{"type":"object","required":["id","tenantId","subjectId","agentId","agentName","ticketId","status","requestedScopes","scopes","createdAt"],"properties":{
 "id":{"$ref":"#/components/schemas/Id"},"tenantId":{"$ref":"#/components/schemas/Id"},"subjectId":{"$ref":"#/components/schemas/Id"},"subjectName":{"$ref":"#/components/schemas/NullableText"},
 "agentId":{"$ref":"#/components/schemas/NullableText"},"agentName":{"$ref":"#/components/schemas/NullableText"},"ticketId":{"$ref":"#/components/schemas/NullableText"},
 "reason":{"type":"string"},"status":{"$ref":"#/components/schemas/GrantStatus"},"requestedScopes":{"$ref":"#/components/schemas/ScopesOrAll"},
 "scopes":{"$ref":"#/components/schemas/ScopesOrAll"},"createdAt":{"$ref":"#/components/schemas/Time"},"pendingUntil":{"$ref":"#/components/schemas/Time"},
 "grantedAt":{"$ref":"#/components/schemas/Time"},"grantedUntil":{"$ref":"#/components/schemas/Time"},"declinedAt":{"$ref":"#/components/schemas/Time"},
 "revokedAt":{"$ref":"#/components/schemas/Time"},"revokedBy":{"$ref":"#/components/schemas/RevokedBy"},"expiredAt":{"$ref":"#/components/schemas/Time"},
 "timeZone":{"type":"string"},"tzdataVersion":{"type":"string"}}},
"RecordEntry":{"type":"object","required":["sequence","at","event","actorId","actorName","subjectId","subjectName","outcome","metadata"],"properties":{
 "sequence":{"type":"integer","minimum":1},"at":{"$ref":"#/components/schemas/Time"},"event":{"anyOf":[{"$ref":"#/components/schemas/RecordEvent"},{"type":"string"}]},
 "actorId":{"$ref":"#/components/schemas/NullableText"},"actorName":{"$ref":"#/components/schemas/NullableText"},"subjectId":{"$ref":"#/components/schemas/NullableText"},
 "subjectName":{"$ref":"#/components/schemas/NullableText"},"agentId":{"type":"string"},"tenantId":{"type":"string"},"ticketId":{"type":"string"},"grantId":{"type":"string"},
 "sessionId":{"type":"string"},"ip":{"type":"string"},"userAgent":{"type":"string"},"method":{"type":"string"},"resourceType":{"type":"string"},
 "resourceId":{"type":"string"},"outcome":{"enum":["success","failure"]},"durationMs":{"$ref":"#/components/schemas/Count"},"metadata":{"type":"object"}}},
"Hashes":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z0-9+/]{43}=$"}},
"InclusionProof":{"type":"object","required":["sequence","size","leaf","parts","hashes"],"properties":{
 "sequence":{"type":"integer","minimum":1},"size":{"type":"integer","minimum":1},"leaf":{"type":"string"},"parts":{"type":"object","properties":{
 "people":{"type":"string"},"origin":{"type":"string"},"details":{"type":"string"}}},"hashes":{"$ref":"#/components/schemas/Hashes"}}},
"ConsistencyProof":{"type":"object","required":["from","to","hashes"],"properties":{
 "from":{"$ref":"#/components/schemas/Count"},"to":{"$ref":"#/components/schemas/Count"},"hashes":{"$ref":"#/components/schemas/Hashes"}}},
"Me":{"type":"object","required":["id","name","email","roles","permissions","timeZone","optedOut","tenants"],"properties":{
 "id":{"$ref":"#/components/schemas/Id"},"name":{"type":"string"},"email":{"type":"string"},"roles":{"type":"array","items":{"type":"string"}},
 "permissions":{"type":"array","items":{"$ref":"#/components/schemas/Permission"}},"timeZone":{"type":"string"},"optedOut":{"type":"boolean"},
 "tenants":{"type":"array","items":{"type":"object","required":["id","name","profile","tenantClaim"],"properties":{"id":{"$ref":"#/components/schemas/Id"},
 "name":{"type":"string"},"profile":{"$ref":"#/components/schemas/Profile"},"tenantClaim":{"type":"string"},"policy":{"type":"object"}}}}}},
"Settings":{"type":"object","additionalProperties":false,"properties":{"timeZone":{"$ref":"#/components/schemas/NullableText"},"optedOut":{"type":["boolean","null"]}}},
"ManagedUser":{"type":"object","required":["id","name","email","roles","banned","timeZone","optedOut","sessionCount","tenantIds"],"properties":{
 "id":{"$ref":"#/components/schemas/Id"},"name":{"type":"string"},"email":{"type":"string"},"roles":{"type":"array","items":{"type":"string"}},"banned":{"type":"boolean"},
 "banReason":{"type":"string"},"bannedUntil":{"$ref":"#/components/schemas/Time"},"timeZone":{"type":"string"},"optedOut":{"type":"boolean"},
 "sessionCount":{"$ref":"#/components/schemas/Count"},"tenantIds":{"type":"array","items":{"type":"string"}}}},
"RoleName":{"type":"object","required":["role"],"additionalProperties":false,"properties":{"role":{"type":"string"}}},
"Unban":{"type":"object","additionalProperties":false,"properties":{"reason":{"type":["string","null"],"minLength":5,"maxLength":500}}},
"Ban":{"type":"object","required":["reason"],"additionalProperties":false,"properties":{"reason":{"type":"string","minLength":5,"maxLength":500},"until":{"type":["string","null"]}}},
"Login":{"type":"object","required":["id","createdAt","expiresAt","ip","userAgent"],"properties":{"id":{"$ref":"#/components/schemas/Id"},
 "createdAt":{"$ref":"#/components/schemas/Time"},"expiresAt":{"$ref":"#/components/schemas/Time"},"ip":{"type":"string"},"userAgent":{"type":"string"}}},
"Revoked":{"type":"object","required":["revoked"],"properties":{"revoked":{"$ref":"#/components/schemas/Count"}}},
"SignedIn":{"type":"object","required":["userId","expiresAt"],"properties":{"userId":{"$ref":"#/components/schemas/Id"},"expiresAt":{"$ref":"#/components/schemas/Time"}}},
"KeySet":{"type":"object","required":["keys"],"properties":{"keys":{"type":"array","items":{"type":"object","required":["kty","kid"]}}}},
"DemoSignIn":{"type":"object","required":["userId"],"additionalProperties":false,"properties":{"userId":{"$ref":"#/components/schemas/Id"}}},
"DemoAdvance":{"type":"object","required":["advanceSeconds"],"additionalProperties":false,"properties":{"advanceSeconds":{"$ref":"#/components/schemas/Count"}}},
"DemoClock":{"type":"object","required":["nowMs"],"properties":{"nowMs":{"type":"integer"}}},
"Notification":{"type":"object","required":["id","event","at","readAt","title","text"],"properties":{"id":{"$ref":"#/components/schemas/Id"},"event":{"type":"string"},
 "at":{"$ref":"#/components/schemas/Time"},"readAt":{"type":["string","null"],"format":"date-time"},"title":{"type":"string"},"text":{"type":"string"},
 "tenantId":{"type":"string"},"ticketId":{"type":"string"},"grantId":{"type":"string"},"sessionId":{"type":"string"},"endsAt":{"$ref":"#/components/schemas/Time"}}},
"ReadThrough":{"type":"object","required":["through"],"additionalProperties":false,"properties":{"through":{"type":"string","minLength":1,"maxLength":20}}},
"DeadLetter":{"type":"object","required":["id","channel","event","tenantId","createdAt","deadAt","attempts","failure"],"properties":{
 "id":{"$ref":"#/components/schemas/Id"},"channel":{"type":"string"},"event":{"type":"string"},"tenantId":{"type":"string"},"userId":{"type":"string"},
 "createdAt":{"$ref":"#/components/schemas/Time"},"deadAt":{"$ref":"#/components/schemas/Time"},"attempts":{"$ref":"#/components/schemas/Count"},"failure":{"type":"string"}}},
"Person":{"type":"object","required":["id","name","email","roles","banned"]},
"ScimProblem":{"type":"object","required":["schemas","status","detail"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},
 "status":{"type":"string"},"scimType":{"type":"string"},"detail":{"type":"string"}}},
"ScimUser":{"type":"object","description":"Also userName, active, emails, roles and meta, with all their parts, but for what `attributes` or `excludedAttributes` leave out.","required":["schemas","id"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},
 "id":{"$ref":"#/components/schemas/Id"},"externalId":{"type":"string"},"userName":{"type":"string"},"name":{"type":"object"},"displayName":{"type":"string"},
 "locale":{"type":"string"},"timezone":{"type":"string"},"active":{"type":"boolean"},"emails":{"type":"array","items":{"type":"object","properties":{"value":{"type":"string"},"type":{"type":"string"},"primary":{"type":"boolean"}}}},
 "roles":{"type":"array","items":{"type":"object","properties":{"value":{"type":"string"}}}},"meta":{"type":"object","properties":{"resourceType":{"type":"string"},
 "created":{"$ref":"#/components/schemas/Time"},"lastModified":{"$ref":"#/components/schemas/Time"},"location":{"type":"string","format":"uri"}}}}},
"ScimUsers":{"type":"object","required":["schemas","totalResults","startIndex","itemsPerPage","Resources"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},
 "totalResults":{"$ref":"#/components/schemas/Count"},"startIndex":{"type":"integer","minimum":1},"itemsPerPage":{"$ref":"#/components/schemas/Count"},
 "Resources":{"type":"array","items":{"$ref":"#/components/schemas/ScimUser"}}}},
"NewScimUser":{"type":"object","required":["schemas","userName"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},"userName":{"type":"string","minLength":1,"maxLength":128},
 "externalId":{"type":["string","null"]},"active":{"type":["boolean","string"]}}},
"ScimPatch":{"type":"object","required":["schemas","Operations"],"properties":{"schemas":{"type":"array","items":{"type":"string"}},
 "Operations":{"type":"array","minItems":1,"maxItems":100,"items":{"type":"object","required":["op"],"properties":{"op":{"type":"string"},"path":{"type":"string"},"value":true}}}}},
"ReportExtent":{"type":"object","required":["from","to","tenantId","counted","complete"],"properties":{"from":{"$ref":"#/components/schemas/Time"},
 "to":{"$ref":"#/components/schemas/Time"},"tenantId":{"$ref":"#/components/schemas/NullableText"},
 "counted":{"$ref":"#/components/schemas/Count","description":"How many rows were counted."},
 "complete":{"type":"boolean","description":"False where the period holds more than a report counts: then the newest."}}},
"Lengths":{"type":"object","required":["count","averageSeconds"],"properties":{"count":{"$ref":"#/components/schemas/Count"},"averageSeconds":{"type":["integer","null"]}}},
"Outcomes":{"type":"object","required":["count","success","failure"],"properties":{"count":{"$ref":"#/components/schemas/Count"},
 "success":{"$ref":"#/components/schemas/Count"},"failure":{"$ref":"#/components/schemas/Count"}}},
"OutcomesByDay":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Outcomes"}],"required":["day"],"properties":{"day":{"type":"string","format":"date"}}}},
"Touches":{"type":"object","required":["resourceType","count","reads","writes","failures"],"properties":{"resourceType":{"type":"string"},"resourceId":{"type":"string"},
 "count":{"$ref":"#/components/schemas/Count"},"reads":{"$ref":"#/components/schemas/Count"},"writes":{"$ref":"#/components/schemas/Count"},
 "failures":{"$ref":"#/components/schemas/Count"},"resources":{"$ref":"#/components/schemas/Count"}}},
"SessionReport":{"allOf":[{"$ref":"#/components/schemas/ReportExtent"},{"$ref":"#/components/schemas/Lengths"}],"required":["byStatus","byDay","byAdmin","topReasons"],"properties":{
 "byStatus":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Lengths"}],"required":["status"],"properties":{"status":{"$ref":"#/components/schemas/SessionStatus"}}}},
 "byDay":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Lengths"}],"required":["day"],"properties":{"day":{"type":"string","format":"date"}}}},
 "byAdmin":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Lengths"}],"required":["actorId","actorName"]}},
 "topReasons":{"type":"array","items":{"type":"object","required":["reason","count"]}}}},
"ActionReport":{"allOf":[{"$ref":"#/components/schemas/ReportExtent"}],"required":["byType","byDay"],"properties":{
 "byType":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Outcomes"}],"required":["event"]}},"byDay":{"$ref":"#/components/schemas/OutcomesByDay"}}},
"ResourceReport":{"allOf":[{"$ref":"#/components/schemas/ReportExtent"}],"required":["byType","topResources"],"properties":{
 "byType":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Touches"}],"required":["resources"]}},
 "topResources":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Touches"}],"required":["resourceId"]}}}},
"OriginReport":{"allOf":[{"$ref":"#/components/schemas/ReportExtent"}],"required":["byAddress","byUserAgent"],"properties":{
 "byAddress":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Outcomes"}],"required":["ip"]}},
 "byUserAgent":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Outcomes"}],"required":["family"]}}}},
"OutcomeReport":{"allOf":[{"$ref":"#/components/schemas/ReportExtent"},{"$ref":"#/components/schemas/Outcomes"}],"required":["byDay","byActor"],"properties":{
 "byDay":{"$ref":"#/components/schemas/OutcomesByDay"},
 "byActor":{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/Outcomes"}],"required":["actorId","actorName"]}}}}
})json";

constexpr std::string_view parameters = R"json({
"filter":{"name":"filter","in":"query","description":"`userName eq`, `externalId eq` or `id eq`, and a JSON string.","schema":{"type":"string","maxLength":1024}},
"startIndex":{"name":"startIndex","in":"query","schema":{"type":"integer","default":1}},
"count":{"name":"count","in":"query","description":"At most 200 are given.","schema":{"type":"integer","default":100}},
"attributes":{"name":"attributes","in":"query","description":"What is told of a user (RFC 7644 section 3.9): names with commas between them; `id` and `schemas` always are.","schema":{"type":"string"}},
"excludedAttributes":{"name":"excludedAttributes","in":"query","description":"What is not told of a user; not together with `attributes`.","schema":{"type":"string"}},
"limit":{"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":200,"default":50}},
"cursor":{"name":"cursor","in":"query","description":"A nextCursor that was given.","schema":{"type":"string"}},
"ticketId":{"name":"ticketId","in":"query","schema":{"type":"string"}},
"subjectId":{"name":"subjectId","in":"query","schema":{"type":"string"}},
"status":{"name":"status","in":"query","schema":{"$ref":"#/components/schemas/GrantStatus"}},
"format":{"name":"format","in":"query","schema":{"enum":["jsonl","csv","ocsf"],"default":"jsonl"}},
"userId":{"name":"userId","in":"query","schema":{"type":"string"}},
"agentId":{"name":"agentId","in":"query","description":"By or about this agent.","schema":{"type":"string"}},
"sessionId":{"name":"sessionId","in":"query","schema":{"type":"string"}},
"after":{"name":"after","in":"query","description":"The Hallpass-Next of the piece before.","schema":{"type":"integer","minimum":0}},
"grantId":{"name":"grantId","in":"query","schema":{"type":"string"}},
"search":{"name":"search","in":"query","description":"Part of a name or an email address, or a whole id.","schema":{"type":"string","maxLength":200}},
"role":{"name":"role","in":"query","schema":{"type":"string"}},
"banned":{"name":"banned","in":"query","schema":{"enum":["true","false"]}},
"unread":{"name":"unread","in":"query","schema":{"enum":["true","false"]}},
"tenantId":{"name":"tenantId","in":"query","schema":{"type":"string"}},
"from":{"name":"from","in":"query","description":"Inclusive; by default 30 days before `to`.","schema":{"type":"string","format":"date-time"}},
"to":{"name":"to","in":"query","description":"Exclusive; by default now. At most 366 days after `from`.","schema":{"type":"string","format":"date-time"}},
"treeSize":{"name":"size","in":"query","description":"The tree's size that the proof is for; by default that of now.","schema":{"type":"integer","minimum":1}},
"treeFrom":{"name":"from","in":"query","required":true,"description":"The size of the older tree.","schema":{"type":"integer","minimum":0}},
"treeTo":{"name":"to","in":"query","description":"The size of the newer tree; by default that of now.","schema":{"type":"integer","minimum":0}},
"idempotencyKey":{"name":"Idempotency-Key","in":"header","schema":{"type":"string","minLength":1,"maxLength":128}}
})json";

}  // namespace

std::string_view component_schemas() { return schemas; }
std::string_view component_parameters() { return parameters; }

}  // namespace hallpass::server
