export { defineConfig, type Config, type Generator, type Ignore } from './project/config.js'
export { agentsSection } from './generate/agents-section.js'
export { claudeLaunch } from './generate/claude-launch.js'
export { getContainerOrigin, getContainerPort, getPublishedPort, getSiblingVariable } from './generate/container.js'
export { devcontainer } from './generate/devcontainer.js'
export { envExample } from './generate/env-example.js'
export { generatedNotice } from './generate/notice.js'
export { code as markdownCode, table as markdownTable, text as markdownText } from './generate/markdown.js'
export { portsDocument } from './generate/ports-document.js'
export {
  hostFromContainer,
  prometheus,
  renderPrometheusConfig,
  scrapeInterval,
  type FindTarget,
} from './generate/prometheus.js'
export { readmeTable } from './generate/readme-table.js'
export { turboVariables } from './generate/turbo-variables.js'
export { vscodeTasks } from './generate/vscode-tasks.js'
export { yamlDocument } from './generate/yaml-document.js'
