import { createServer } from 'node:http'
import { getListenPort, resolvePorts } from '@driftos/ports'

// One error that lists every wrong variable and every collision.
resolvePorts()

// CORE_PORT, else PORT, else the registered number.
createServer().listen(getListenPort('core'))
