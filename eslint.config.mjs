import tseslint from 'typescript-eslint';

// The arrows of the house: which room may import which. Everything a room does not name, it may not reach.
const rooms = [
  {
    files: ['src/codec/**'],
    forbidden: ['capture', 'analysis', 'guide', 'engine', 'editor', 'protocol', 'cli', 'node:', 'vscode'],
  },
  { files: ['src/capture/**'], forbidden: ['analysis', 'guide', 'engine', 'editor', 'protocol', 'cli', 'vscode'] },
  { files: ['src/analysis/**'], forbidden: ['engine', 'editor', 'protocol', 'cli', 'node:', 'vscode'] },
  {
    files: ['src/guide/**'],
    forbidden: ['capture', 'engine', 'editor', 'protocol', 'cli', 'node:', 'vscode'],
  },
  {
    files: ['src/config/**'],
    forbidden: ['capture', 'guide', 'engine', 'editor', 'protocol', 'cli', 'node:', 'vscode'],
  },
  {
    files: ['src/machine/**'],
    forbidden: ['capture', 'guide', 'engine', 'editor', 'protocol', 'cli', 'node:', 'vscode'],
  },
  // The one file that runs commands.
  {
    files: ['src/machine/run.ts'],
    forbidden: ['capture', 'guide', 'engine', 'editor', 'protocol', 'cli', 'vscode'],
  },
  { files: ['src/engine/**'], forbidden: ['editor', 'cli', 'vscode'] },
  { files: ['src/cli.ts', 'src/cli/**'], forbidden: ['editor', 'operator', 'vscode'] },
  { files: ['src/operator/**'], forbidden: ['editor', 'vscode'] },
];
const pattern = (name) =>
  name === 'vscode' ? ['vscode'] : name === 'node:' ? ['node:*'] : [`**/${name}`, `**/${name}/**`];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      '.cache/**',
      'node_modules/**',
      'test/bench/data/**',
      'test/vscode/starter/**',
      'test/bench/observer/**',
      'test/bench/*.cjs',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs', 'esbuild.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**', 'webview/**'],
    rules: {
      // A list from a hostile file is longer than the stack, on which the arguments of a call lie.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(push|unshift|max|min)$/] > SpreadElement',
          message: 'use append (src/codec/append.ts), or a loop',
        },
      ],
    },
  },
  ...rooms.map(({ files, forbidden }) => ({
    files,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: forbidden.flatMap(pattern), message: 'against the arrows of the house' }] },
      ],
    },
  })),
  {
    files: ['webview/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\./)+src/(?!(protocol|pages)$)',
              message: 'the webview imports protocol.ts and pages.ts, and nothing else of src/',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**', 'src/cli.ts', 'src/cli/**'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-floating-promises': 'off' },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
