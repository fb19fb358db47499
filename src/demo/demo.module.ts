/** An invented organisation, for a first look. */
import { Module } from '@nestjs/common';
import { DemoHistory } from './demo-history.service.js';
import { DemoMeetUps } from './demo-meet-ups.service.js';
import { DemoService } from './demo.service.js';

@Module({ providers: [DemoService, DemoHistory, DemoMeetUps] })
export class DemoModule {}
