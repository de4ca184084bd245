import { describe, expect, it } from 'vitest'
import { badPorts } from './bad-ports.js'

describe('badPorts', () => {
  // Port 0 was added to the list last: not every fetch implementation has it, and no server can listen on it.
  it.each([...badPorts].filter((port) => port > 0))('holds %i, which fetch refuses', async (port) => {
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { message: 'bad port' } })
  })
})
