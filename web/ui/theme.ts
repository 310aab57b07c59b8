export type Theme = 'system' | 'light' | 'dark';

export const themeOf = (value: string | undefined): Theme =>
  value === 'light' || value === 'dark' ? value : 'system';

/** Kept in a cookie, so that the server draws the right theme and nothing flashes. */
export function chooseTheme(theme: Theme) {
  document.documentElement.dataset['theme'] = theme;
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
}
