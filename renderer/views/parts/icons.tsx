/** The drawings: 20 × 20, one stroke, the colour of the text around them; hidden from screen readers. */
import type { ReactElement, ReactNode } from 'react';

function Icon({
  children,
  size = 20,
  mirrored = false,
}: {
  children: ReactNode;
  size?: number;
  /** It points along the text, and turns with it. */
  mirrored?: boolean;
}): ReactElement {
  return (
    <svg
      className="icon"
      data-mirrored={mirrored}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const PlusIcon = (): ReactElement => (
  <Icon>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const ClockIcon = (): ReactElement => (
  <Icon size={16}>
    <circle cx="10" cy="10" r="7.25" />
    <path d="M10 6v4.2l2.8 1.8" />
  </Icon>
);
export const UpIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M10 16.5v-13M4.5 9 10 3.5 15.5 9" />
  </Icon>
);
export const CheckIcon = (): ReactElement => (
  <Icon size={16}>
    <circle cx="10" cy="10" r="7.25" />
    <path d="m6.8 10.2 2.3 2.3 4.2-4.8" />
  </Icon>
);
export const AlertIcon = ({ size = 16 }: { size?: number }): ReactElement => (
  <Icon size={size}>
    <path d="M10 3 18 16.75H2L10 3Z" />
    <path d="M10 8.2v3.6M10 14.2v.1" />
  </Icon>
);
export const PauseIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M7 4.5v11M13 4.5v11" />
  </Icon>
);
export const PlayIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M6.5 4.2v11.6L15.5 10 6.5 4.2Z" />
  </Icon>
);
export const LocateIcon = (): ReactElement => (
  <Icon size={16}>
    <circle cx="9" cy="9" r="5.25" />
    <path d="m13 13 4 4" />
  </Icon>
);
export const RetryIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M15.8 12.2A6.2 6.2 0 1 1 15 6.3l1.5 1.6" />
    <path d="M16.8 3.8v4.1h-4.1" />
  </Icon>
);
export const CloseIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />
  </Icon>
);
export const ChevronIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);
export const SortIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M6.5 4v12M3.5 13l3 3 3-3M13.5 16V4M10.5 7l3-3 3 3" />
  </Icon>
);
export const OfflineIcon = (): ReactElement => (
  <Icon>
    <path d="M3 3l14 14M5.2 10.2A6.8 6.8 0 0 1 8 8.6M11.6 8.4a6.8 6.8 0 0 1 3.2 1.8M2.6 7.4a10.4 10.4 0 0 1 3-2M8.8 4.5a10.4 10.4 0 0 1 8.6 2.9M7.8 12.9a3.2 3.2 0 0 1 4.4 0" />
    <path d="M10 16v.1" />
  </Icon>
);
export const InfoIcon = (): ReactElement => (
  <Icon>
    <circle cx="10" cy="10" r="7.25" />
    <path d="M10 9.2v4.3M10 6.4v.1" />
  </Icon>
);
export const KeyIcon = (): ReactElement => (
  <Icon>
    <circle cx="6.8" cy="13.2" r="3.3" />
    <path d="m9.2 10.8 7-7M13.6 6.4l2.2 2.2" />
  </Icon>
);
export const SignOutIcon = (): ReactElement => (
  <Icon size={16} mirrored>
    <path d="M8 3.5H4.5v13H8M12.5 6.5 16 10l-3.5 3.5M16 10H8" />
  </Icon>
);

/** A framed picture or a strip of film, for a photo whose thumbnail is not there. */
export const PhotoGlyph = (): ReactElement => (
  <Icon size={22}>
    <rect x="2.75" y="4" width="14.5" height="12" rx="1.5" />
    <circle cx="7" cy="8" r="1.3" />
    <path d="m3 14 4-3.6 3 2.6 3-3.2 4 3.8" />
  </Icon>
);
export const FilmGlyph = (): ReactElement => (
  <Icon size={22}>
    <rect x="2.75" y="4" width="14.5" height="12" rx="1.5" />
    <path d="M6 4v12M14 4v12M2.75 8H6M2.75 12H6M14 8h3.25M14 12h3.25" />
  </Icon>
);

/** Tintype's mark: a plate with the iris of a lens. */
export const Mark = ({ size = 24 }: { size?: number }): ReactElement => (
  <svg
    className="mark"
    width={size}
    height={size}
    viewBox="0 0 48 48"
    fill="none"
    aria-hidden="true"
    focusable="false"
  >
    <rect className="mark-plate" x="3" y="3" width="42" height="42" rx="10" />
    <circle className="mark-ring" cx="24" cy="24" r="13.5" strokeWidth="2.4" />
    <path
      className="mark-ring"
      strokeWidth="2.4"
      strokeLinejoin="round"
      d="M24 10.5 31.5 24M35.7 17.2 27.7 30.4M35.7 30.8H20.5M24 37.5 16.5 24M12.3 30.8 20.3 17.6M12.3 17.2h15.2"
    />
  </svg>
);
export const FirstIcon = (): ReactElement => (
  <Icon>
    <path d="M10 16.5V7M5.5 11 10 6.5l4.5 4.5M4 3.5h12" />
  </Icon>
);
export const HistoryIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M3 5.5h14v3H3zM4.5 8.5v7h11v-7M8 11.5h4" />
  </Icon>
);
export const OptionsIcon = (): ReactElement => (
  <Icon>
    <path d="M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7" />
    <circle cx="12.5" cy="6" r="2" />
    <circle cx="7.5" cy="14" r="2" />
  </Icon>
);
export const SearchIcon = (): ReactElement => (
  <Icon size={16}>
    <circle cx="8.7" cy="8.7" r="5.2" />
    <path d="m12.6 12.6 4.4 4.4" />
  </Icon>
);
export const PaneIcon = (): ReactElement => (
  <Icon size={16}>
    <rect x="2.75" y="4" width="14.5" height="12" rx="1.5" />
    <path d="M12 4v12" />
  </Icon>
);
export const FolderIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M2.75 15.5v-11h5l2 2h7.5v9H2.75Z" />
  </Icon>
);
export const GridIcon = (): ReactElement => (
  <Icon size={16}>
    <path d="M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z" />
  </Icon>
);
