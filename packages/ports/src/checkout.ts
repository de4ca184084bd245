export {
  checkoutVariable,
  describeCheckout,
  findCheckout,
  type Checkout,
  type CheckoutOptions,
} from './checkout/checkout.js'
export type { Obstacle, Occupant, SlotService, SlotServices } from './checkout/allocate.js'
export { readEnvFile, type EnvFile, type EnvFileOptions } from './checkout/env-file.js'
export {
  checkoutEnvironment,
  childEnvironment,
  composeProjectName,
  type EnvironmentRegistry,
} from './checkout/environment.js'
export { peekLeases, type Lease } from './checkout/leases.js'
export {
  describeSlot,
  meetingsOf,
  resolveCheckoutPorts,
  type CheckoutPorts,
  type CheckoutPortsOptions,
  type CheckoutServices,
} from './checkout/resolve-slot.js'
export {
  resolveServiceEnvironment,
  type ServiceEnvironment,
  type StartRegistry,
} from './checkout/service-environment.js'
export { SlotError, type SlotErrorCode } from './checkout/slot-error.js'
export {
  claimSlot,
  findFreeOffset,
  freeSlot,
  listSlots,
  takeSlot,
  type PinnedMeeting,
  type Slot,
  type SlotOptions,
  type SlotStatus,
} from './checkout/slots.js'
export { findStateDirectory, type StateDirectory } from './checkout/state-directory.js'
