import type { ReactNode } from 'react';
import { Icon, type IconName } from '../Icon/Icon';
import './Blank.css';

interface Props {
  icon: IconName;
  title: string;
  tone?: 'calm' | 'error';
  /** It is the whole page, so its title is the heading of the page. */
  page?: boolean;
  children?: ReactNode;
  action?: { label: string; perform: () => void };
}

/** A room without pictures says why, and what to do about it. */
export const Blank = ({ icon, title, tone = 'calm', page = false, children, action }: Props) => (
  <section className={`blank ${tone}`} role={tone === 'error' ? 'alert' : undefined}>
    <span className="blank-icon">
      <Icon name={icon} size={30} />
    </span>
    {page ? <h1>{title}</h1> : <h2>{title}</h2>}
    {children !== undefined && <div className="blank-text">{children}</div>}
    {action && (
      <button type="button" className="primary" onClick={action.perform}>
        {action.label}
      </button>
    )}
  </section>
);
