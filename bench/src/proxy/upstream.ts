import { createServer, type Socket } from 'node:net'

/** How long an event stream continues after its first event. */
const streamMs = 5

const json = JSON.stringify({ data: 'x'.repeat(1024 - JSON.stringify({ data: '' }).length) })
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
const event = 'data: {"token":"one"}\n\n'
const streamHead = `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${event.length.toString(16)}\r\n${event}\r\n`

/**
 * Runs the upstream of all proxies in a separate process: 1 KB of JSON, or one event below `/stream`. It parses only
 * where a request without a body ends, so that it uses little time itself.
 */
const server = createServer({ noDelay: true }, (socket) => {
  let received = ''
  socket.setEncoding('latin1').on('error', () => {})
  socket.on('data', (chunk: string) => {
    received += chunk
    let end: number
    while ((end = received.indexOf('\r\n\r\n')) !== -1) {
      answerTo(received.slice(0, end), socket)
      received = received.slice(end + 4)
    }
  })
})

function answerTo(head: string, socket: Socket): void {
  if (!/^GET [^ ]*\/stream /.test(head)) {
    socket.write(answer)
    return
  }
  socket.write(streamHead)
  setTimeout(() => socket.write('0\r\n\r\n'), streamMs)
}

server.listen(Number(process.argv[2]), '127.0.0.1')
