import { getOrigin, PORTS } from '@driftos/ports'

// EMBED_URL, else EMBED_HOST and EMBED_PORT, else localhost.
const health = await fetch(`${getOrigin('embed')}/health`)

// The registered number as a literal type; reads no environment.
console.log(PORTS.embed, health.status)
