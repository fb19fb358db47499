/**
 * The roles that every installation begins with, as this migration wrote them. A permission that comes later is added to
 * them by the migration that brings it.
 */
interface BuiltInRole {
  code: string;
  name_en: string;
  name_hi: string;
  reach: string;
  permissions: readonly string[];
  levels?: readonly string[];
}

/** Whoever leads a territory may do everything in it; how far that reaches is the grant's territory, not the role. */
const LEADING = [
  'territory.read',
  'territory.edit',
  'coverage.edit',
  'placement.edit',
  'user.read',
  'user.invite',
  'user.disable',
  'grant.read',
  'grant.give',
  'grant.delegate',
  'team.read',
  'team.edit',
  'sympathiser.read',
  'sympathiser.add',
  'sympathiser.edit',
  'import.read',
  'import.run',
  'assignment.read',
  'assignment.spread',
  'assignment.give',
  'assignment.answer',
  'attempt.log',
  'attempt.read',
  'event.read',
  'event.plan',
  'event.invite',
  'event.check_in',
  'event.appoint_helper',
  'attendance.read',
  'attendance.export',
  'audit.read',
  'notice.read',
  'token.make',
];

const MEMBER = [
  'territory.read',
  'team.read',
  'sympathiser.read',
  'sympathiser.edit',
  'assignment.read',
  'assignment.answer',
  'attempt.log',
  'attempt.read',
  'event.read',
];

export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  {
    code: 'state_admin',
    name_en: 'State admin',
    name_hi: 'प्रदेश प्रशासक',
    reach: 'territory',
    permissions: [...LEADING, 'role.edit'],
    levels: ['state'],
  },
  {
    code: 'region_coordinator',
    name_en: 'Region coordinator',
    name_hi: 'क्षेत्र समन्वयक',
    reach: 'territory',
    permissions: LEADING,
    levels: ['region', 'state'],
  },
  {
    code: 'district_convenor',
    name_en: 'District convenor',
    name_hi: 'ज़िला संयोजक',
    reach: 'territory',
    permissions: LEADING,
  },
  {
    code: 'it_centre_operator',
    name_en: 'IT-centre operator',
    name_hi: 'आईटी सेंटर संचालक',
    reach: 'territory',
    permissions: [
      'territory.read',
      'team.read',
      'sympathiser.read',
      'sympathiser.add',
      'sympathiser.edit',
      'import.read',
      'import.run',
      'event.read',
      'event.check_in',
      'attendance.read',
    ],
    levels: ['state', 'region', 'district'],
  },
  {
    code: 'data_protection_officer',
    name_en: 'Data protection officer',
    name_hi: 'डेटा संरक्षण अधिकारी',
    reach: 'territory',
    permissions: [
      'territory.read',
      'user.read',
      'grant.read',
      'team.read',
      'sympathiser.read',
      'import.read',
      'assignment.read',
      'attempt.read',
      'event.read',
      'attendance.read',
      'audit.read',
      'notice.read',
    ],
    levels: ['state', 'region', 'district'],
  },
  {
    code: 'auditor',
    name_en: 'Auditor',
    name_hi: 'लेखा परीक्षक',
    reach: 'trail',
    permissions: ['territory.read', 'grant.read', 'audit.read'],
    levels: ['state', 'region', 'district'],
  },
  {
    code: 'organiser',
    name_en: 'Organiser',
    name_hi: 'कार्यक्रम प्रमुख',
    reach: 'events',
    permissions: [
      'territory.read',
      'event.read',
      'event.plan',
      'event.invite',
      'event.check_in',
      'event.appoint_helper',
      'attendance.read',
      'attendance.export',
    ],
  },
  {
    code: 'check_in_helper',
    name_en: 'Check-in helper',
    name_hi: 'उपस्थिति सहायक',
    reach: 'event',
    permissions: ['event.read', 'event.check_in'],
  },
  {
    code: 'team_lead',
    name_en: 'Team lead',
    name_hi: 'टीम प्रमुख',
    reach: 'team',
    permissions: MEMBER,
  },
  {
    code: 'team_member',
    name_en: 'Team member',
    name_hi: 'टीम सदस्य',
    reach: 'assigned',
    permissions: MEMBER,
  },
];
