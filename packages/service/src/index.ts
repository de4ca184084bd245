export { createService, type ServiceOptions } from './create.js'
export { servePages } from './pages.js'
export { runService } from './run.js'
export { registerUpstreams, type UpstreamOptions } from './upstream.js'
