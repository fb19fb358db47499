import { Id, IdParam, Instant, ListQuery, Text, Tick } from '../../platform/web/fields.js';

export class PersonAtEventParam extends IdParam {
  @Id({ description: 'The person' })
  personId: string;
}

/** One tap at the door. Forms write client_id and device_at, programs clientId and deviceAt; without one the server makes it. */
export class AttendanceDto {
  @Id()
  personId: string;

  @Id({ optional: true, description: 'Made by the device: sent twice, it is one tap' })
  clientId?: string;

  @Instant({ optional: true, description: "The device's time" })
  deviceAt?: string;

  @Id({ optional: true })
  client_id?: string;

  @Instant({ optional: true })
  device_at?: string;

  @Text({ optional: true, max: 100, description: 'Words the list was narrowed by, to go back to' })
  q?: string;
}

export class UndoDto {
  @Text({ optional: true, max: 100 })
  q?: string;
}

/** Somebody at the door whom nobody asked. They agree in person, and are grown up: without both they are not kept. */
export class WalkInDto {
  @Text({ max: 120 })
  name: string;

  @Text({ optional: true, max: 30 })
  phone?: string;

  @Text({ optional: true, max: 254 })
  email?: string;

  @Tick({ description: 'Was told what we keep and for what, and agreed' })
  consent?: boolean;

  @Tick({ description: 'Is 18 or older' })
  adult?: boolean;

  @Id({ optional: true })
  clientId?: string;

  @Instant({ optional: true })
  deviceAt?: string;

  @Id({ optional: true })
  client_id?: string;

  @Instant({ optional: true })
  device_at?: string;
}

export class DoorQuery extends ListQuery {}
