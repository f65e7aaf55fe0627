import { Button } from '../ui/parts.tsx';
import { COMMON } from '../words/common.ts';
import { setLanguage, useLanguage, useWords } from '../words/language.ts';

/** Names the language that it changes to, in that language. */
export function LanguageSwitch() {
  const language = useLanguage();
  const words = useWords(COMMON);
  const other = language === 'id' ? 'en' : 'id';
  return (
    <Button look="quiet" lang={other} onClick={() => setLanguage(other)}>
      {words.language}
    </Button>
  );
}
