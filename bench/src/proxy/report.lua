-- What wrk measured, as one line of JSON.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requestsPerSecond":%f,"p99Ms":%f,"errors":%d}\n',
    summary.requests / (summary.duration / 1e6),
    latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
