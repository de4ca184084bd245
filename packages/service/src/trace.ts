import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The place of a request in a distributed trace (W3C Trace Context). */
export interface Trace {
  /** 32 hexadecimal digits, the same for all requests of the trace. */
  readonly traceId: string
  /** 16 hexadecimal digits, the caller's id for the services that this one calls. */
  readonly spanId: string
  /** Two hexadecimal digits. */
  readonly flags: string
  /** The `tracestate` of the caller. */
  readonly state: string | undefined
}

const traceparentPattern = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/

/** The longest `tracestate` that is forwarded, in characters. */
const longestState = 4096

/** Continues the trace of a request's headers, or starts one if they have none or an invalid one. */
export function continueTrace({ traceparent, tracestate }: IncomingHttpHeaders): Trace {
  const random = randomUUID().replaceAll('-', '')
  const parent = parseTraceparent(traceparent)
  if (!parent) return { traceId: random, spanId: random.slice(16), flags: '00', state: undefined }
  const state = [tracestate ?? []].flat().join(',')
  return {
    ...parent,
    spanId: random.slice(16),
    state: state !== '' && state.length <= longestState ? state : undefined,
  }
}

/** Returns the headers that continue a trace at the next service. */
export function traceHeaders({ traceId, spanId, flags, state }: Trace): Record<string, string> {
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(state !== undefined && { tracestate: state }) }
}

function parseTraceparent(value: unknown): Pick<Trace, 'traceId' | 'flags'> | undefined {
  const [, version, traceId, parentId, flags, more] =
    traceparentPattern.exec(typeof value === 'string' ? value : '') ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId!) || /^0+$/.test(parentId!)) return undefined
  if (version === '00' && more !== undefined) return undefined
  // Bits other than "sampled" and "random" have no meaning in version 00.
  return { traceId: traceId!, flags: `0${Number.parseInt(flags!, 16) & 3}` }
}
