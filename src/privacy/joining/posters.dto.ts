import { Id, ListQuery, Text } from '../../platform/web/fields.js';

export class PosterListQuery extends ListQuery {
  @Id({ optional: true, description: 'Those of this meet-up' })
  event?: string;
}

export class NewPosterQuery {
  @Id({ optional: true, description: 'The meet-up it is for' })
  event?: string;
}

export class PosterDto {
  @Text({ max: 80, description: 'Where it hangs' })
  label: string;

  @Id({ optional: true, description: "Territory it is for; the grant's own when not told" })
  territoryId?: string;

  @Id({ optional: true, description: 'The meet-up it is for; then its territory' })
  event?: string;
}

export class PosterCodeParam {
  @Text({ max: 40, description: 'Code of a poster' })
  code: string;
}
