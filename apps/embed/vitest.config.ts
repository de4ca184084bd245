import { defineProject, mergeConfig } from 'vitest/config'
import base from '../../vitest.project.js'

export default mergeConfig(base, defineProject({ test: { name: 'embed' } }))
