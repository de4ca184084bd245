import { getPort, PORTS, type RegisteredPort } from '@driftos/ports'

// @ts-expect-error: no such service
PORTS.payments

// @ts-expect-error: no such service
getPort('billing')

// @ts-expect-error: nobody's number
const port: RegisteredPort = 4000
console.log(port)
