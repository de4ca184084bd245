export { bundledProcess as default } from '@driftos/config/tsup'
