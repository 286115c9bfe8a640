import '@fontsource-variable/inter/opsz.css';
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { start } from './app/controller';
import { Shell } from './app/Shell/Shell';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
start();
createRoot(root).render(
  <StrictMode>
    <Shell />
  </StrictMode>,
);
