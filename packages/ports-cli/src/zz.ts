import { readFileSync } from 'node:fs'
import { editTables } from './registry/source-edit.js'
import { readTables } from './registry/source.js'
import { createTwoFilesPatch } from 'diff'
const file = '../ports/src/registry.ts'
const code = readFileSync(file, 'utf8')
const t = readTables(code, file) as any
const show = (c: string, d: string) => console.log(createTwoFilesPatch('a','b',c,d,'','',{context:0}))
let n = structuredClone(t)
n.services.core.port = 3007; n.history.push({service:'core',from:3001,to:3007,reason:"it's \"x\""})
show(code, editTables(code, file, n))
n.services.legacyEmbedding.port = 10100
delete n.services.demo
n.retired.demo = {port:3005, reason:'why '.repeat(30)}
n.services.embed.reuses = 'other'
n.services.api = {port: 3008, containerName:'driftos-api', variable:'API_PORT', scheme:'http', healthPath:'/health', group:'services', status:'active', summary:'x', aliases:['a']}
const two = editTables(code, file, n)
show(code, two)
console.log(editTables(two, file, t) === code); show(code, editTables(two,file,t))
const crlf = code.replaceAll('\n','\r\n')
console.log(editTables(crlf, file, n) === two.replaceAll('\n','\r\n'))
const json = JSON.stringify({$schema:'x', services:t.services, ranges:t.ranges, history:t.history}, null, 2)+'\n'
show(json, editTables(json,'a.json',n))
