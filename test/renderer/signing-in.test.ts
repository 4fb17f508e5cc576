/** The way in and out: the first run, signing in, several accounts. */
import { describe, expect, it } from 'vitest';
import { scenarioOf, signedIn } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { isFocused, openerOfWindows } from './support/window-page.ts';

const open = openerOfWindows();

describe('first run', () => {
  it('sends the address, and says in words why it was refused', async () => {
    const view = await open(scenarioOf('unconfigured-refused'));
    await view.page.keyboard.type(' photos.example.org ');
    await view.page.keyboard.press('Enter');
    await view.page.getByTestId('problem').waitFor();
    await expect.poll(() => view.calls('config.connect')).toEqual([['photos.example.org']]);
    await expect
      .poll(() => view.page.getByTestId('problem').textContent())
      .toContain('Nothing answers at that address.');
    await expect.poll(() => isFocused(view.page.getByTestId('address'))).toBe(true);
  });
});

describe('signing in', () => {
  it('goes by keyboard alone from signed out to the queue', async () => {
    const view = await open(scenarioOf('signed-out'));
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.calls('auth.signIn')).toHaveLength(1);
    await view.emit('auth.changed', scenarioOf('signing-in').auth);
    await view.page.getByTestId('view-signing-in').waitFor();
    for (const [button, call] of [
      ['open-again', 'auth.openAgain'],
      ['copy-link', 'auth.copyLink'],
      ['cancel-sign-in', 'auth.cancel'],
    ] as const) {
      // The first one has taken the keys from the button of the view before.
      await expect.poll(() => isFocused(view.page.getByTestId(button))).toBe(true);
      await view.page.keyboard.press('Enter');
      await expect.poll(() => view.calls(call)).toHaveLength(1);
      await view.page.keyboard.press('Tab');
    }
    await expect.poll(() => view.page.getByTestId('copy-link').textContent()).toBe('Link copied');
    await expect.poll(() => view.page.getByTestId('deadline').textContent()).toMatch(/another \d+ min/);
    await view.emit('auth.changed', signedIn);
    await view.page.getByTestId('view-empty').waitFor();
  });

  it('says how many photos wait while nobody is signed in', async () => {
    const view = await open(scenarioOf('signed-out-problem'));
    await expect
      .poll(() => view.page.getByTestId('waiting-for-sign-in').textContent())
      .toContain('34 photos wait');
  });

  it('offers a way back into an expired session over the queue', async () => {
    const view = await open(scenarioOf('queue-expired'));
    await expect
      .poll(() => view.page.getByTestId('expired-banner').textContent())
      .toContain('nothing in the queue is lost');
    await view.page.getByTestId('sign-in').click();
    await expect.poll(() => view.calls('auth.signIn')).toHaveLength(1);
  });

  it('signs out from the account menu, by keyboard', async () => {
    const view = await open(scenarioOf('queue'));
    const account = view.page.getByTestId('account');
    await expect.poll(() => account.textContent()).toContain('Ada Lovelace');
    await expect.poll(() => account.textContent()).toContain('ada@example.org');
    await account.focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByTestId('sign-out').waitFor();
    // Past the settings and whatever else is above it.
    while (!(await isFocused(view.page.getByTestId('sign-out')))) await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.calls('auth.signOut')).toHaveLength(1);
    expect(view.complaints).toEqual([]);
  });
});

describe('several accounts', () => {
  it('are in the menu, with what waits for each, and are switched to and added from there', async () => {
    const view = await open(scenarioOf('queue-accounts'));
    await view.page.getByTestId('account').click();
    const charles = view.page.getByRole('menuitem', { name: 'Switch to Charles Babbage' });
    await expect.poll(() => charles.textContent()).toContain('1 photo waits');
    await view.page.getByRole('menuitem', { name: /^Sign in as a\.very/ }).waitFor();
    await expect
      .poll(() => view.page.getByTestId('sign-out').textContent())
      .toContain('392 photos wait in the queue');
    expect(await violationsIn(view.page)).toEqual([]);
    await charles.click();
    await expect.poll(() => view.calls('auth.switchTo')).toEqual([['sub-2']]);
    await view.page.getByTestId('account').click();
    await view.page.getByTestId('add-account').click();
    await expect.poll(() => view.calls('auth.addAccount')).toHaveLength(1);
    expect(view.complaints).toEqual([]);
  });

  it('sign out and lose their queue only after a question, which says how many photos', async () => {
    const view = await open(scenarioOf('queue-accounts'));
    for (const answer of ['Escape', 'remove-account-yes']) {
      await view.page.getByTestId('account').click();
      await view.page.getByTestId('sign-out-and-remove').click();
      const dialog = view.page.getByTestId('remove-account');
      await expect.poll(() => dialog.textContent()).toContain('392 photos are not uploaded');
      expect(await violationsIn(view.page)).toEqual([]);
      if (answer === 'Escape') await view.page.keyboard.press(answer);
      else await view.page.getByTestId(answer).click();
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => view.calls('auth.signOutAndRemove')).toHaveLength(answer === 'Escape' ? 0 : 1);
    }
    await expect.poll(() => view.calls('auth.signOut')).toEqual([]);
    expect(view.complaints).toEqual([]);
  });

  it('are offered when nobody is at the window: who goes on, who signs in, whom to remove', async () => {
    const view = await open(scenarioOf('signed-out-accounts'));
    const ada = view.page.getByTestId('known-sub-1');
    await expect.poll(() => ada.textContent()).toContain('34 photos wait in the queue');
    await ada.getByRole('button', { name: 'Sign in as Ada Lovelace' }).click();
    await view.page.getByRole('button', { name: 'Continue as Charles Babbage' }).click();
    await expect.poll(() => view.calls('auth.switchTo')).toEqual([['sub-1'], ['sub-2']]);
    await view.page.getByTestId('sign-in').click();
    await expect.poll(() => view.calls('auth.signIn')).toHaveLength(1);
    await view.page.getByRole('button', { name: 'Remove Ada Lovelace from this computer' }).click();
    await view.page.getByTestId('remove-account-yes').click();
    await expect.poll(() => view.calls('auth.removeAccount')).toEqual([['sub-1']]);
    expect(view.complaints).toEqual([]);
  });

  it('can sign in anew where the keychain stays locked', async () => {
    const view = await open(scenarioOf('queue-locked'));
    const banner = view.page.getByTestId('account-problem');
    await expect.poll(() => banner.textContent()).toContain('keychain of this computer is locked');
    await banner.getByTestId('sign-in').click();
    await expect.poll(() => view.calls('auth.signIn')).toHaveLength(1);
  });
});
