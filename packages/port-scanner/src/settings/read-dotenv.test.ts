import { describe, expect, it } from 'vitest'
import { readDotenv } from './read-dotenv.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = '.env') => describeSightings(readDotenv, text, path)

describe('readDotenv', () => {
  it.each([
    ['PORT=3000', '1:6 3000 env value, host | variable PORT'],
    ['export CORE_PORT="3001"', '1:19 3001 env value, host | variable CORE_PORT'],
    ["GATEWAY_PORT = '3000'", '1:17 3000 env value, host | variable GATEWAY_PORT'],
    ['PORT_GATEWAY=3000', '1:14 3000 env value, host | variable PORT_GATEWAY'],
    ['# GRAFANA_PORT=3002', '1:16 3002 env value, host | variable GRAFANA_PORT'],
    ['#GRAFANA_PORT=3002', '1:15 3002 env value, host | variable GRAFANA_PORT'],
    ['server.port=8080', '1:13 8080 env value, host | variable server.port'],
    ['server.port: 8080', '1:14 8080 env value, host | variable server.port'],
    ['CORE_PORT=3001 # LLM service', '1:11 3001 env value, host | variable CORE_PORT | context LLM service'],
    ['CORE_URL=http://localhost:3001', '1:27 3001 url, host | variable CORE_URL'],
    ['BIND=:8080', '1:7 8080 listen, host | variable BIND'],
    ['GRPC_ADDR=0.0.0.0:50051', '1:19 50051 listen, host | variable GRPC_ADDR'],
    ['REDIS_HOST=redis:6379', '1:18 6379 url, container | variable REDIS_HOST | name redis'],
    ['X=${CORE_PORT:-3001}', '1:16 3001 env default, host | variable CORE_PORT | variable X'],
    ['\uFEFFPORT=3000\r', '1:7 3000 env value, host | variable PORT'],
  ])('sees in %j what it says', (line, seen) => {
    expect(see(line)).toBe(seen)
  })

  it.each([
    ['PORTS=3000,3001', [3000, 3001]],
    ['CORS_ORIGINS=http://localhost:3000,http://localhost:3004', [3000, 3004]],
    ['BROKERS=kafka:9092,kafka2:9093', [9092, 9093]],
    ['DATABASE_URL=postgresql://u:p%40ss:5@localhost:5433/db?x=1', [5433]],
    ['ARGS="--port 3000 --timeout 4000"', [3000]],
    ['# the gateway listens on port 3000', [3000]],
    ['KEY="unclosed\nPORT=3000', [3000]],
  ])('counts in %j the ports %j', (text, ports) => {
    expect(portsIn(readDotenv, text, '.env')).toEqual(ports)
  })

  it.each([
    'TIMEOUT=3000',
    'BATCH_EXPORT_SCHEDULE_LIMIT=5000',
    'DRIFTOS_PORT_OFFSET=100',
    'YEAR=2024',
    'USER_IDS=1000:1000',
    'IMAGE=redis:7.2',
    'TIME=10:30',
    'COLOR=#3010ff',
    'AIRPORT=3000',
    'VIEWPORT=3000',
    'ID=3001f3001',
  ])('takes nothing in %j for a port', (line) => {
    expect(see(line)).toBe('')
  })

  it('hints at whose port it is by the comment or the section above', () => {
    expect(
      see(
        '# Dashboards\nHTTP_PORT=3010\n\n[program:core]\ncommand=node main.js --port 3001\n[server]\n;http_port = 3000',
      ),
    ).toMatchInlineSnapshot(`
      "2:11 3010 env value, host | variable HTTP_PORT | context Dashboards
      5:29 3001 flag, host | variable command | name core
      7:14 3000 env value, host | variable http_port | context server"
    `)
  })

  it('reads an .envrc as the shell script that it is', () => {
    expect(see('export CORE_PORT=${CORE_PORT:-3001}', '.envrc')).toBe(
      '1:31 3001 env default, host | variable CORE_PORT',
    )
  })

  it('is sound on any text', () => {
    expect(findUnsound(readDotenv, '.env')).toBeUndefined()
  })
})
