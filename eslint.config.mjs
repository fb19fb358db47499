import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'data', 'node_modules', 'coverage', 'test-results'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  { files: ['templates/assets/**/*.js'], languageOptions: { globals: { document: 'readonly', window: 'readonly' } } },
  { files: ['src/cli.ts', 'src/main.ts', 'test/**', 'src/**/*.cli.ts', 'src/cli/**'], rules: { 'no-console': 'off' } },
);
