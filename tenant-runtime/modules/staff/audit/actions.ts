/** What can be in the log, `<room>.<verb>`. An action that is missing here, or has no words at the desk, does not compile. */
export type AuditAction =
  | `template.${'changed' | 'reset' | 'rolled_back'}`
  | `product.${'created' | 'changed' | 'deleted' | 'archived'}`
  | `stock.${'added' | 'replaced' | 'removed'}`
  | `category.${'created' | 'renamed' | 'moved' | 'activated' | 'deactivated' | 'deleted'}`
  | `order.${'marked_paid' | 'refunded' | 'cancelled' | 'resent' | 'exported'}`
  | `user.${'blocked' | 'unblocked' | 'messaged' | 'balance_adjusted'}`
  | `voucher.${'created' | 'switched'}`
  | `broadcast.${'started' | 'stopped' | 'resumed' | 'finished'}`
  | `deposit.${'confirmed' | 'refused'}`
  | `delivery.${'hidden' | 'shown'}`
  | `configuration.${'restored'}`
  | `calculator.${'changed' | 'reset'}`
  | `payment_methods.${'changed'}`
  | `testimonial.${'connected' | 'disconnected' | 'switched_off'}`;

/** The rooms that actions are of. */
export type AuditRoom = AuditAction extends `${infer Room}.${string}` ? Room : never;
