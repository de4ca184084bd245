import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import { quantile } from '../measure.js'

/** The throughput and latencies of a proxy. */
export interface Load {
  readonly requestsPerSecond: number
  readonly p99Ms: number
}

const connections = 64
const report = fileURLToPath(new URL('report.lua', import.meta.url))
const hasWrk = canRun('wrk')

/** The load generator on this machine. */
export const generator = hasWrk ? 'wrk' : 'undici in this process, since wrk is not installed'

/**
 * Sends requests over 64 connections for some seconds, one at a time on each.
 *
 * @throws {Error} when a request fails or the answer is an error
 */
export async function load(url: string, headers: Readonly<Record<string, string>>, seconds: number): Promise<Load> {
  return hasWrk ? loadByWrk(url, headers, seconds) : loadByUndici(new URL(url), headers, seconds)
}

async function loadByWrk(url: string, headers: Readonly<Record<string, string>>, seconds: number): Promise<Load> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', ...given, '-s', report, url]
  const { stdout } = await promisify(execFile)('wrk', args, { timeout: (seconds + 30) * 1000 })
  const { errors, ...measured } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Load & { errors: number }
  if (errors > 0) throw new Error(`${errors} requests to ${url} failed`)
  return measured
}

async function loadByUndici(url: URL, headers: Readonly<Record<string, string>>, seconds: number): Promise<Load> {
  const pool = new Pool(url.origin, { connections })
  const start = performance.now()
  const until = start + seconds * 1000
  const latencies: number[] = []
  const work = async () => {
    while (performance.now() < until) {
      const sentAt = performance.now()
      const { statusCode, body } = await pool.request({ path: url.pathname, method: 'GET', headers })
      await body.arrayBuffer()
      if (statusCode !== 200) throw new Error(`${url.href} answered ${statusCode}`)
      latencies.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  const elapsedSeconds = (performance.now() - start) / 1000
  await pool.destroy()
  return { requestsPerSecond: latencies.length / elapsedSeconds, p99Ms: quantile(latencies, 0.99) }
}

function canRun(program: string): boolean {
  try {
    // Without arguments it prints its usage and exits with 1.
    execFileSync(program, ['-v'], { stdio: 'ignore' })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
