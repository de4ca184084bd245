import { describe, expect, it } from 'vitest'
import { findUnsound, matchesOf, readMatches } from '../matches.fixture.js'

const local = 'host local, scheme http'
const script = (text: string) => JSON.stringify({ name: 'x', scripts: { dev: text }, engines: { node: '>=2018' } })

describe('readJson', () => {
  it.each<[path: string, value: string, expected: string[]]>([
    ['package.json', script('next dev -p 3001'), ['3001 flag host dev=hint [follower script]']],
    ['package.json', script('PORT=3001 node x'), ['3001 value host PORT=variable']],
    ['package.json', script('cross-env PORT=3001 node x'), ['3001 value host']],
    [
      'package.json',
      script('concurrently "next dev -p 3001" "storybook dev -p 6006"'),
      ['3001 flag host dev=hint [follower script]', '6006 flag host storybook=block'],
    ],
    [
      'package.json',
      script('vite --port ${WEB_PORT:-5173}'),
      ['5173 flag host WEB_PORT=variable dev=hint [override WEB_PORT, follower script]'],
    ],
    [
      'package.json',
      '{ "proxy": "http://localhost:3001" }',
      [`3001 reach host proxy=variable [${local}, follower proxy target]`],
    ],
    [
      'apps/core/project.json',
      '{ "name": "core", "targets": { "serve": { "options": { "port": 3001 } } } }',
      ['3001 listen host port=variable core=block'],
    ],
    [
      'project.json',
      '{ "name": "core", "targets": { "e2e": { "options": { "port": 4200 } } } }',
      ['4200 value host port=variable e2e=block'],
    ],
    [
      'angular.json',
      '{ "projects": { "web": { "architect": { "serve": { "options": { "port": 4200 } } } } } }',
      ['4200 listen host port=variable web=block'],
    ],
    [
      'microfrontends.json',
      '{ "applications": { "web": { "development": { "local": 3001 } }, "x": { "packageName": "@a/docs", "development": { "local": "http://localhost:3002" } } } }',
      ['3001 listen host web=block', '3002 listen host x=block docs=block'],
    ],
    [
      '.vscode/launch.json',
      '{ "configurations": [{ "name": "core", "port": 9229, "env": { "PORT": "3001" }, "args": ["--port", "3002"] }] }',
      ['3001 value host PORT=variable core=block', '3002 flag host core=block'],
    ],
    [
      '.claude/launch.json',
      '{ "configurations": [{ "name": "core", "port": 3001 }] }',
      ['3001 listen host port=variable core=block'],
    ],
    [
      '.vscode/tasks.json',
      '{ "tasks": [{ "label": "core", "command": "next dev -p 3001" }] }',
      ['3001 flag host core=block'],
    ],
    [
      '.devcontainer/devcontainer.json',
      '{ "forwardPorts": [3000, "db:5432"], "portsAttributes": { "3001": { "label": "core" } } }',
      ['5432 reach container db=host', '3001 value host core=label'],
    ],
    [
      'Core/Properties/launchSettings.json',
      '{ "iisSettings": { "iisExpress": { "applicationUrl": "http://localhost:41234" } }, "profiles": { "Core": { "applicationUrl": "https://localhost:5001;http://localhost:5000" } } }',
      ['5001 listen host [scheme https]', '5000 listen host [scheme http]'],
    ],
    [
      'appsettings.Development.json',
      '{ "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:5000" } } }, "CoreUrl": "http://localhost:3001" }',
      ['5000 listen host [scheme http]', `3001 reach host CoreUrl=variable [${local}]`],
    ],
    [
      'appsettings.json',
      '{ "ConnectionStrings": { "Shop": "Host=localhost;Database=x;Port=5433", "Sql": "Server=db,1433;x" } }',
      [
        '5433 reach host Shop=variable [host local, scheme sql]',
        '1433 reach container db=host Sql=variable [scheme sql]',
      ],
    ],
    [
      'config/default.json',
      '{ "server": { "port": 3001 }, "redis": { "host": "cache", "port": 6379 } }',
      ['3001 value host port=variable', '6379 value container cache=host port=variable redis=block'],
    ],
    ['data/order.json', '{ "port": 3001, "year": 2024 }', ['3001 mention host port=variable']],
    [
      'task.json',
      '{ "environment": [{ "name": "CORE_PORT", "value": "3001" }] }',
      ['3001 value host CORE_PORT=variable'],
    ],
    ['openapi.json', '{ "openapi": "3.1.0", "port": 3001, "servers": [{ "url": "http://localhost:3001" }] }', []],
    [
      'config.json',
      '{ /* http://localhost:3001 */ "port": 3002, }',
      [`3001 reach host [${local}, isComment]`, '3002 value host port=variable'],
    ],
    ['config.json', '\uFEFF{ "port": 3001 }', ['3001 value host port=variable']],
    ['project.json', '{ "targets": { "serve": { "executor": "@nx/js:node", "options": { "port": 9229 } } } }', []],
    ['tsconfig.json', '{ "port": 3001 }', []],
    ['src/locales/en.json', '{ "port": "http://localhost:3001" }', []],
  ])('reads %s: %s', async (path, text, expected) => {
    expect(await matchesOf(path, text)).toEqual(expected)
  })

  it('reads addresses in objects that are nested too deeply', async () => {
    const { matches, refused } = await readMatches('a.json', `${'['.repeat(200_000)}"http://localhost:3001"`)
    expect(matches.map(({ port }) => port)).toEqual([3001])
    expect(refused).toHaveLength(1)
  })

  it.each(['a.json', 'package.json', 'launch.json', 'config/a.json'])(
    'returns the number of each match for any text of %s',
    async (path) => {
      expect(await findUnsound(path)).toBeUndefined()
    },
  )
})
