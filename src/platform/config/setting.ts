import 'reflect-metadata';

export interface SettingDoc {
  property: string;
  env: string;
  doc: string;
  /** As it would stand in the environment; undefined where there is none. */
  default?: string;
}

const settings: SettingDoc[] = [];

/**
 * Binds a property of {@link Config} to an environment variable and documents it;
 * README's configuration table is made from these lines.
 */
export function Setting(env: string, doc: string, fallback?: string): PropertyDecorator {
  return (_target, property) => {
    settings.push({ property: String(property), env, doc, default: fallback });
  };
}

export const documentedSettings = (): readonly SettingDoc[] => settings;
