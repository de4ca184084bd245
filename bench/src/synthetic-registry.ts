interface Registry {
  readonly services: Readonly<Record<string, object>>
  readonly ranges: object
  readonly history: readonly object[]
}

/** Returns a registry of this many services, in the format of a JSON registry. */
export function registryOf(size: number): Registry {
  const names = Array.from({ length: size }, (_, index) => `service${index}`)
  return {
    services: Object.fromEntries(names.map((name, index) => [name, serviceOf(name, index)])),
    ranges: {},
    history: [],
  }
}

/** Returns the variable of a service. */
export function variableOf(name: string): string {
  return `${name.toUpperCase()}_PORT`
}

function serviceOf(name: string, index: number): object {
  return {
    port: 20_000 + index,
    containerName: name,
    variable: variableOf(name),
    scheme: 'http',
    healthPath: '/health',
    status: 'active',
    summary: `The service number ${index}`,
  }
}
