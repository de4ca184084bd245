export { connectControl, findControl, type LogOptions, type StackControl } from './client.js'
export { ControlError, type ControlErrorCode } from './control-error.js'
export {
  controlVariable,
  type ExitReport,
  type LogLine,
  type LogSource,
  type ServiceState,
  type ServiceStatus,
  type StackMode,
  type StackStatus,
} from './protocol.js'
export { findRunningStacks, isAccepting, listSocketPaths, type SocketOwner } from './socket-path.js'
