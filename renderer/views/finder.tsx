/** What the list is narrowed and ordered by: the search, and the menu of orders. */
import { useCallback, useEffect, useRef, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import {
  Header as MenuHeader,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components/Menu';
import { SearchField } from 'react-aria-components/SearchField';
import { sorts } from '../../preload/contract/model.ts';
import type { QueueList } from '../state/queue-list.ts';
import { useSelected } from '../state/store.ts';
import { sortText } from '../text/rows.ts';
import { finderText, foundText } from '../text/finder.ts';
import { useCommand } from './use-command.ts';
import { CheckIcon, CloseIcon, SearchIcon, SortIcon } from './parts/icons.tsx';

/** Narrows the list with each letter. Ctrl+F or Cmd+F leads here, Escape empties it. */
export function Finder({ list }: { list: QueueList }): ReactElement {
  const search = useSelected(list, (state) => state.search);
  // Of a search that is not answered yet nothing is known.
  const found = useSelected(list, (state) =>
    state.search.trim() === '' || !state.counted ? null : state.total,
  );
  const input = useRef<HTMLInputElement>(null);
  const find = useCallback((): void => {
    input.current?.focus();
    input.current?.select();
  }, []);
  useCommand('find', find);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'f') return;
      event.preventDefault();
      find();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [find]);
  return (
    <SearchField className="finder" aria-label={finderText.search} value={search} onChange={list.search}>
      <SearchIcon />
      <Input
        ref={input}
        className="finder-input"
        placeholder={finderText.placeholder}
        maxLength={200}
        spellCheck="false"
        data-testid="search"
      />
      <output className="finder-found dim numbers" data-testid="found">
        {found === null ? null : foundText(found)}
      </output>
      {search === '' ? null : (
        <Button className="button button-icon finder-clear" aria-label={finderText.clear}>
          <CloseIcon />
        </Button>
      )}
    </SearchField>
  );
}

/** The orders of the list, and their direction. */
export function SortMenu({ list }: { list: QueueList }): ReactElement {
  const sort = useSelected(list, (state) => state.sort);
  const descending = useSelected(list, (state) => state.descending);
  return (
    <MenuTrigger>
      <Button
        className="button button-quiet"
        aria-label={`${finderText.sort}: ${sortText(sort)}`}
        data-testid="sort"
      >
        <SortIcon />
        <span className="narrow-hidden">{sortText(sort)}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={finderText.sort}>
          <MenuSection
            selectionMode="single"
            selectedKeys={[sort]}
            disallowEmptySelection
            aria-label={finderText.sort}
          >
            <MenuHeader className="menu-header">{finderText.sort}</MenuHeader>
            {sorts.map((name) => (
              <Choice
                key={name}
                id={name}
                text={sortText(name)}
                choose={() => {
                  list.sortBy(name, descending);
                }}
              />
            ))}
          </MenuSection>
          <MenuSection
            className="menu-section"
            selectionMode="single"
            selectedKeys={[String(descending)]}
            disallowEmptySelection
            aria-label={finderText.direction}
          >
            {[false, true].map((downwards) => (
              <Choice
                key={String(downwards)}
                id={String(downwards)}
                text={downwards ? finderText.descending : finderText.ascending}
                choose={() => {
                  list.sortBy(sort, downwards);
                }}
              />
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Choice({ id, text, choose }: { id: string; text: string; choose: () => void }): ReactElement {
  return (
    <MenuItem id={id} className="menu-item" textValue={text} onAction={choose}>
      {({ isSelected }) => (
        <>
          <span className="menu-mark">{isSelected ? <CheckIcon /> : null}</span>
          {text}
        </>
      )}
    </MenuItem>
  );
}
