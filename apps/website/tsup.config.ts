export { service as default } from '../../tsup.service.js'
