-- What wrk sends: one request for each line of a file, "method<TAB>path<TAB>credential header<TAB>its
-- value<TAB>content type<TAB>body", from the line that is named on; over again from there at the end.
--   wrk … -s requests.lua URL -- FILE LINE

local requests, at = {}, 0

function init(arguments)
  local first, number = tonumber(arguments[2]), 0
  for line in io.lines(arguments[1]) do
    number = number + 1
    if number >= first then
      local method, path, name, value, type, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
      local headers = {}
      if name ~= "" then headers[name] = value end
      if type ~= "" then headers["Content-Type"] = type end
      if body == "" then body = nil end
      if method == "POST" then headers["Origin"] = "http://127.0.0.1" end
      requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\nresult {"requests":%d,"us":%d,"p50":%d,"p99":%d,"status":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
