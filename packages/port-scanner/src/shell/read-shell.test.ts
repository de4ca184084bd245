import { describe, expect, it } from 'vitest'
import { readShell } from './read-shell.js'
import { findUnsound, portsIn } from '../reader.fixture.js'
import { describeSightings } from '../sightings.fixture.js'

const see = (text: string, path = 'run.sh') => describeSightings(readShell, text, path)

describe('readShell', () => {
  it.each([
    ['PORT=${PORT:-3000}', '1:14 3000 env default, host | variable PORT'],
    [': "${CORE_PORT:=3001}"', '1:17 3001 env default, host | variable CORE_PORT'],
    ['export GRAFANA_PORT=3010', '1:21 3010 env value, host | variable GRAFANA_PORT'],
    ['nc -z localhost 5433', '1:17 5433 url, host'],
    ['nc -z postgres 5432', '1:16 5432 url, container | name postgres'],
    ['psql -h localhost -p 5433', '1:22 5433 flag, host | label psql'],
    ['pg_isready -h db -p5432', '1:20 5432 flag, container | name db | label pg_isready'],
    ['redis-cli -p 6380 ping', '1:14 6380 flag, host | label redis-cli'],
    ['lsof -ti:3000 | xargs kill', '1:10 3000 flag, host'],
    ['PID=$(lsof -ti:3002)', '1:16 3002 flag, host'],
    ['netstat -an | grep 3000', '1:20 3000 flag, host'],
    ['fuser -k 3000/tcp', '1:10 3000 flag, host'],
    ['python3 -m http.server 8000', '1:24 8000 flag, host'],
    ['python manage.py runserver 8000', '1:28 8000 flag, host'],
    ['npx serve -s build -l 3004', '1:23 3004 flag, host'],
    ['iptables -A INPUT -p tcp --dport 3000 -j ACCEPT', '1:34 3000 flag, host'],
    ['value=$(read_env CORE_PORT 3001)', '1:28 3001 env default, host | variable CORE_PORT'],
    ['if [ "$port" = 3000 ]; then :; fi', '1:16 3000 env value, host | variable port | variable $port'],
    ['kill_port 5433 # TimescaleDB', '1:11 5433 flag, host | context TimescaleDB'],
    ['set -gx GRAFANA_PORT 3010', '1:22 3010 env value, host | variable GRAFANA_PORT'],
    ['PORTS[core]=3001', '1:13 3001 env value, host | name core | variable PORTS'],
    ['(echo > /dev/tcp/localhost/5433)', '1:28 5433 url, host'],
    ['echo "Gateway: http://localhost:3000"', '1:33 3000 url, host | label Gateway'],
    ['ssh -L 5433:localhost:5432 box', '1:8 5433 publish, host | label ssh L\n1:23 5432 url, host remote'],
    ['ssh -fNL3001:localhost:3002 box', '1:24 3002 url, host remote | label ssh fNL3001'],
    ['ssh -L $PORT:localhost:3003 box', '1:24 3003 url, host remote | variable $PORT | label ssh L PORT'],
    ['  -L 5433:localhost:5432 \\', '1:6 5433 publish, host\n1:21 5432 url, host remote'],
    ['ssh -R 8080:localhost:3000 box', '1:23 3000 url, host remote'],
    [
      'ssh -R 0.0.0.0:8080:localhost:3000 box',
      '1:16 8080 publish, host remote | label ssh R\n1:31 3000 url, host remote',
    ],
    ['curl -L 127.0.0.1:3000', '1:19 3000 url, host | label curl L'],
  ])('sees in %j what it says', (line, seen) => {
    expect(see(line)).toBe(seen)
  })

  it.each([
    ['npx kill-port 3000 3001', [3000, 3001]],
    ['npx wait-on tcp:3000 http://localhost:3001', [3000, 3001]],
    ['ssh -L 8080:localhost:80 me@box', [8080, 80]],
    ['kubectl port-forward svc/core 3001:3001', [3001, 3001]],
    ['PORTS=(3000 3001)', [3000, 3001]],
    ['PORTS="3000 3001 3002"', [3000, 3001, 3002]],
    ['for port in 3000 3001; do echo $port; done', [3000, 3001]],
    ['socat TCP-LISTEN:3000,fork TCP:core:3001', [3000, 3001]],
    ['case "$port" in\n  3000) ;;\nesac', [3000]],
    ['cat <<EOF > .env\nPORT=3000\nEOF\nsleep 3000', [3000]],
  ])('counts in %j the ports %j', (script, ports) => {
    expect(portsIn(readShell, script, 'run.sh')).toEqual(ports)
  })

  it.each([
    'mkdir -p 2024',
    'sleep 3000',
    'seq 1 3000',
    'chmod 0755 x',
    'head -c 3000 x',
    'ulimit -n 65535',
    'kill -9 3000',
    'chown 1000:1000 /data',
    'TIMEOUT=3000',
    'export BATCH_EXPORT_SCHEDULE_LIMIT=5000',
    'docker build -t core:3001 .',
    'docker pull node:20',
    'uvicorn app --timeout-keep-alive 3000',
    'date 10:30',
    'curl --max-time 3000 "$URL"',
    'EXPIRES=2024-01-01',
  ])('takes nothing in %j for a port', (line) => {
    expect(see(line)).toBe('')
  })

  it('knows what a container is called, what runs in it, and which side a port is on', () => {
    expect(
      see(
        [
          '# The LLM service',
          'docker run -d \\',
          '  --name core \\',
          '  -e PORT=3001 \\',
          '  -p 127.0.0.1:3101:3001 \\',
          '  driftos/core:1.2 node main.js --port 3001',
          'docker exec core curl -f http://localhost:3001/health',
        ].join('\n'),
      ),
    ).toMatchInlineSnapshot(`
      "4:11 3001 env value, container | variable PORT | name core | image driftos/core:1.2 | context The LLM service
      5:16 3101 publish, host | name core | image driftos/core:1.2 | context The LLM service
      5:21 3001 container, container | name core | image driftos/core:1.2 | context The LLM service
      6:40 3001 flag, container | name core | image driftos/core:1.2 | context The LLM service
      7:43 3001 url, container | context /health | name core"
    `)
  })

  it('takes the names in arrays, branches and calls for whose port it is', () => {
    expect(
      see(
        [
          'declare -A SERVICE_PORTS=([core]=3001 ["embed"]="3002")',
          'SERVICES=("gateway:3000:/health" "core|3001")',
          'get_port() {',
          '  case "$1" in',
          '    gateway) echo 3000 ;;',
          '    core)',
          '      echo 3001 ;;',
          '  esac',
          '}',
          'check_service() {',
          '  local name="$1"',
          '  local port="$2"',
          '}',
          'check_service "Gateway" 3000',
          'wait_for_port 5433 "Postgres"',
        ].join('\n'),
      ),
    ).toMatchInlineSnapshot(`
      "1:34 3001 env value, host | name core | variable SERVICE_PORTS
      1:50 3002 env value, host | name embed | variable SERVICE_PORTS
      2:20 3000 env value, host | name gateway | label SERVICES
      2:40 3001 env value, host | name core
      5:19 3000 env value, host | name gateway | variable get_port
      7:12 3001 env value, host | name core | variable get_port
      14:25 3000 flag, host | label Gateway
      15:15 5433 flag, host | label Postgres"
    `)
  })

  it('reads PowerShell, batch files and Procfiles in their own way', () => {
    expect(see('# Gateway\r\n$env:PORT = 3000\r\nStart-Process "http://localhost:3000"', 'run.ps1'))
      .toMatchInlineSnapshot(`
      "2:13 3000 env value, host | variable PORT | context Gateway
      3:33 3000 url, host | label Start-Process"
    `)
    expect(see('REM core on port 3001\r\nset CORE_PORT=3001\r\nnetstat -ano | findstr :3001', 'run.bat'))
      .toMatchInlineSnapshot(`
      "1:18 3001 prose, host | label REM core on
      2:15 3001 env value, host | variable CORE_PORT | context core on port 3001
      3:25 3001 listen, host | label findstr"
    `)
    expect(see('web: node server.js --port 3000\nworker: sleep 3000', 'Procfile')).toMatchInlineSnapshot(
      `"1:28 3000 flag, host | name web"`,
    )
  })

  it.each(['echo "unclosed', "echo 'unclosed", '$(', '${', '<<EOF', 'case', '((', '`', 'for', '\\'])(
    'says what can be said around %j',
    (broken) => {
      expect(portsIn(readShell, `PORT=3000\n${broken}`, 'run.sh')).toEqual([3000])
    },
  )

  it('is sound on any text', () => {
    expect(findUnsound(readShell, 'run.sh')).toBeUndefined()
  })
})
